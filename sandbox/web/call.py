"""One graph call, resolved."""

from dataclasses import dataclass
from typing import Any

from sandbox.faults import Plan
from sandbox.records import Account, Container, Media, Token
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with what, on which object."""

    world: World
    params: dict[str, Any]
    token: Token
    account: Account
    node: Account | Container | Media
    plan: Plan

    @property
    def media(self) -> Media:
        """Return the object, which is a media."""
        assert isinstance(self.node, Media)
        return self.node

    @property
    def container(self) -> Container:
        """Return the object, which is a container."""
        assert isinstance(self.node, Container)
        return self.node
