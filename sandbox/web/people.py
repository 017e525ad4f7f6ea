"""Who looks at the pages: a person of the audience, remembered by a cookie."""

import sqlite3

from flask import request

from sandbox.records import Person
from sandbox.web.params import the_world

COOKIE = "sandbox_person"
DEFAULT = "dana"
MAX_USERNAME = 30


def clean_username(text: str) -> str:
    """Return a username as it is stored."""
    return text.strip().lstrip("@")[:MAX_USERNAME]


def chosen_username() -> str:
    """Return whom the visitor plays: named in the address, or chosen before."""
    return clean_username(request.args.get("as") or request.cookies.get(COOKIE, "")) or DEFAULT


def find_chosen() -> Person | None:
    """Return whom the visitor plays, None as long as nobody of this name has done anything."""
    return the_world().accounts.find_person_by_username(chosen_username())


def take_person(username: str) -> Person:
    """Return the person of this name, made when needed."""
    accounts = the_world().accounts
    found = accounts.find_person_by_username(username)
    if found is not None:
        return found
    try:
        return accounts.add_person(username)
    except sqlite3.IntegrityError:  # somebody else was faster
        found = accounts.find_person_by_username(username)
        assert found is not None
        return found
