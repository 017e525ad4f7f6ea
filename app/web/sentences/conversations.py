"""Organising conversations, and writing in them."""

from flask_babel import lazy_gettext as _l

from app.web.sentences.entries import Entry

SENTENCES: dict[str, Entry] = {
    "conversation_state": (_l("There is no such list."), _l("Reload the page and try again.")),
    "note_empty": (_l("The note is empty."), _l("Write something first.")),
    "note_too_long": (_l("The note has %(found)s characters; %(most)s fit."), _l("Split it into two notes.")),
    "label_empty": (_l("The label has no name."), _l("Write a word for it.")),
    "label_too_long": (_l("The label has %(found)s characters; %(most)s fit."), _l("Choose a shorter word.")),
    "label_tone": (_l("There is no such colour."), _l("Choose one from the list.")),
    "label_too_many": (_l("There are %(most)s labels already."), _l("Delete one that is not needed any more.")),
    "snooze_past": (_l("This time is over."), _l("Choose a later one.")),
    "snooze_too_long": (_l("That is more than %(most_days)s days away."), _l("Choose an earlier time.")),
    "snooze_incomplete": (_l("The time is not complete."), _l("Choose a date and a time.")),
    "assignee_unknown": (_l("This person does not belong to your team."), _l("Choose somebody from the list.")),
}
