"""Uploaded files."""

from app.web.sentences.entries import Entry

SENTENCES: dict[str, Entry] = {}
