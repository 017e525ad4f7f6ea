"""The fields parameter."""

import pytest

from sandbox.errors import GraphError
from sandbox.web.fields import Field, parse_fields


def test_fields_nest_and_take_arguments() -> None:
    assert parse_fields("id, replies.limit(5).order(x){id,text},media{id}") == (
        Field("id"),
        Field("replies", {"limit": "5", "order": "x"}, (Field("id"), Field("text"))),
        Field("media", {}, (Field("id"),)),
    )


@pytest.mark.parametrize("text", ["id,children{id", "id}", "a{b}}", "(", "a.limit(1", "{id}", "id;name"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(GraphError):
        parse_fields(text)
