"""Posts: planning them, and why one does not go out."""

from app.web.sentences.entries import Entry

SENTENCES: dict[str, Entry] = {}
