"""One graph call, resolved."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.faults import Plan
from sandbox.records import Account, Comment, Container, Media, Message, Person, Thread, Token
from sandbox.world import World

Node: TypeAlias = Account | Container | Media | Comment | Thread | Message | Person


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

    @property
    def thread(self) -> Thread:
        """Return the object, which is a thread."""
        assert isinstance(self.node, Thread)
        return self.node

    @property
    def message(self) -> Message:
        """Return the object, which is a message."""
        assert isinstance(self.node, Message)
        return self.node

    @property
    def person(self) -> Person:
        """Return the object, which is a person."""
        assert isinstance(self.node, Person)
        return self.node
