"""The `fields` parameter: `id,caption,children.limit(5){id,media_url}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from sandbox.errors import GraphError, invalid

TOKEN = re.compile(r"\s*(\w+(?:\.\w+\([^()]*\))*|[{},])")
NAME = re.compile(r"(\w+)((?:\.\w+\([^()]*\))*)")
ARGUMENT = re.compile(r"\.(\w+)\(([^()]*)\)")

OMIT = object()
Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Field:
    """One wanted field, with its arguments and what is wanted inside it."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    inner: "tuple[Field, ...] | None" = None


@lru_cache(maxsize=1024)
def parse_fields(text: str) -> tuple[Field, ...]:
    """Read a `fields` parameter; raises GraphError when it makes no sense."""
    tokens = _tokens(text)
    found, position = _parse(tokens, 0)
    if position != len(tokens):
        raise _syntax(text)
    return found


def _syntax(text: str) -> GraphError:
    return GraphError(2500, f"Syntax error in the fields parameter: {text[:80]}")


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.strip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise _syntax(text)
        tokens.append(match.group(1))
        position = match.end()
    return tokens


def _parse(tokens: list[str], position: int) -> tuple[tuple[Field, ...], int]:
    found: list[Field] = []
    while position < len(tokens) and tokens[position] != "}":
        match = NAME.fullmatch(tokens[position])
        if match is None:
            raise _syntax(" ".join(tokens))
        position += 1
        inner = None
        if position < len(tokens) and tokens[position] == "{":
            inner, position = _parse(tokens, position + 1)
            if position >= len(tokens):
                raise _syntax(" ".join(tokens))
            position += 1
        found.append(Field(match.group(1), dict(ARGUMENT.findall(match.group(2))), inner))
        if position < len(tokens) and tokens[position] == ",":
            position += 1
    return tuple(found), position


def write_fields(wanted: tuple[Field, ...]) -> str:
    """Return a `fields` parameter that asks for the same."""
    parts = []
    for one in wanted:
        arguments = "".join(f".{name}({value})" for name, value in one.arguments.items())
        inner = f"{{{write_fields(one.inner)}}}" if one.inner else ""
        parts.append(one.name + arguments + inner)
    return ",".join(parts)


Resolver = Callable[[Node, Field], Any]


def render(node: Node, resolvers: Mapping[str, Resolver[Node]], wanted: tuple[Field, ...]) -> dict[str, Any]:
    """Return the wanted fields of a node, always with `id`; an unknown field fails the whole call."""
    shown: dict[str, Any] = {}
    for one in wanted:
        resolver = resolvers.get(one.name)
        if resolver is None:
            raise invalid(f"Tried accessing nonexisting field ({one.name})")
        value = resolver(node, one)
        if value is not OMIT:
            shown[one.name] = value
    if "id" not in shown:
        shown["id"] = resolvers["id"](node, Field("id"))
    return shown
