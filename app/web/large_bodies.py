"""Routes that take more than an ordinary form."""

import sys
from typing import Any

from flask import Blueprint, request


def allow_large_bodies(bp: Blueprint, most_bytes: int, *endpoints: str) -> None:
    """Let the blueprint's endpoints take bodies of up to `most_bytes`.

    This happens before anything reads the form: also before its token is looked for.
    """
    names = {f"{bp.name}.{endpoint}" for endpoint in endpoints}

    @bp.url_value_preprocessor
    def raise_limit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if request.endpoint in names:
            # None would not lift the limit: Flask takes the application's own one then.
            request.max_content_length = sys.maxsize if most_bytes is None else most_bytes
