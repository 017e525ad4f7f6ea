"""One graph call, resolved."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.faults import Plan
from sandbox.records import Account, Comment, Container, Media, Token
from sandbox.world import World

Node: TypeAlias = Account | Container | Media | Comment


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with what, on which object."""

    world: World
    params: dict[str, Any]
    token: Token
    account: Account
    node: Node
    plan: Plan

    @property
    def media(self) -> Media:
        """Return the object, which is a media."""
        assert isinstance(self.node, Media)
        return self.node

    @property
    def comment(self) -> Comment:
        """Return the object, which is a comment."""
        assert isinstance(self.node, Comment)
        return self.node

    @property
    def container(self) -> Container:
        """Return the object, which is a container."""
        assert isinstance(self.node, Container)
        return self.node
