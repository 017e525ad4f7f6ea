"""What the tables of sentences hold."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel.speaklater import LazyString

Pair = tuple[LazyString | str, LazyString | str]
"""What happened, and what to do about it (may be empty)."""

Entry = Pair | Callable[[Mapping[str, Any]], Pair]
"""A pair with gaps such as `%(most)s`, or a function of the values, for plurals and choices."""
