"""Addresses in what people write, made into links; everything else in it stays plain text."""

import re

from markupsafe import Markup, escape

ADDRESS = re.compile(r"https?://[^\s<>\"'«»\u0000-\u0020]+", re.IGNORECASE)
TRAILING = ".,;:!?…"
BRACKETS = {")": "(", "]": "[", "}": "{"}
LONGEST_SHOWN = 60


def linked(text: str) -> Markup:
    """Return a text for a page, its http and https addresses as links that tell nobody where one came from."""
    parts: list[Markup] = []
    end = 0
    for found in ADDRESS.finditer(text):
        address = _without_trailing(found.group())
        parts += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _link(address: str) -> Markup:
    shown = address if len(address) <= LONGEST_SHOWN else address[: LONGEST_SHOWN - 1] + "…"
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(address, shown)


def _without_trailing(address: str) -> str:
    """Return an address without the sentence's own marks at its end."""
    while address and (address[-1] in TRAILING or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    opening = BRACKETS.get(address[-1])
    return opening is not None and address.count(opening) < address.count(address[-1])
