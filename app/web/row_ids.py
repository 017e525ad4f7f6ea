"""Ids in paths: `<int:post_id>` takes what a database can hold; a longer number is an address that leads nowhere."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1


class RowIdConverter(IntegerConverter):
    """A whole number that fits into a BIGINT."""

    def __init__(self, url_map: Map, *args: Any, **given: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID} | given)


def init_app(app: Flask) -> None:
    """Let `<int:…>` in the routes of `app` mean such an id. To be called before there are any."""
    app.url_map.converters["int"] = RowIdConverter
