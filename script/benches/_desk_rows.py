"""What the rows of a desk have in common: whose they are, when and what was written, how they come into the tables."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

from sqlalchemy import Connection, insert

from app import db
from app.accounts.models import Account
from app.dispatches.models import Dispatch, DispatchState
from app.search.folding import fold
from app.workspaces.models import User, Workspace
from script.benches._desk_shape import A_DAY, RARE_ROWS, is_rare
from script.benches._desk_texts import RARE, SELDOM, WrittenText, make_texts

BATCH = 5_000
SELDOM_SHARE = 0.003
FROM_HERE = 0.6
"""Of our own answers and messages; the others were written on the phone."""
TOLD_OF = 1
"""Rare conversations: with a label, a colleague and an account of their own. Rare messages: with a word of theirs."""
OTHER_ACCOUNT = 0.3
PER_POST, PER_PERSON = 250, 6
ONE_OF_OTHERS = 50
"""Posts and people of each other workspace."""

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Company:
    """Whose rows they are: workspaces, the first of them looked at, and their accounts; the first has three."""

    workspaces: Sequence[Workspace]
    accounts: Sequence[Sequence[Account]]
    user: User
    colleague: User
    neighbour: User
    """Of the second workspace."""


class Ledger:
    """Knows the company and the times, and keeps the dispatches that are still to be written."""

    def __init__(self, connection: Connection, company: Company, rows: int, now: datetime) -> None:
        self.connection, self.company, self.rows = connection, company, rows
        self.newest = now - timedelta(minutes=1)
        self.fresh = now - timedelta(minutes=30)
        self.chance = random.Random(17)
        self.texts = make_texts()
        self.posts, self.people = max(12, rows // PER_POST), max(60, rows // PER_PERSON)
        self._dispatches: list[dict[str, Any]] = []
        self._dispatch_ids = count(1)

    def write(self, table: type[db.Base], rows: Iterable[dict[str, Any]], *, dispatches_first: bool = False) -> None:
        """Write rows in batches; the dispatches that they gave rise to follow each batch, or precede it."""
        given = iter(rows)
        while batch := list(islice(given, BATCH)):
            if dispatches_first:
                self._write_dispatches()
            self.connection.execute(insert(table), batch)
            self._write_dispatches()
            self.connection.commit()

    def at(self, number: int) -> datetime:
        """Return when the so manieth comment or message was written."""
        return self.newest - timedelta(days=(self.rows - 1 - number) / A_DAY)

    def is_one_of(self, number: int, which: int) -> bool:
        """Whether a comment or message is one of those that are rare in some way."""
        return is_rare(number, self.rows, which)

    def account(self, workspace: int, talk: int, talks: int) -> Account:
        """Return the account that a conversation is with."""
        accounts = self.company.accounts[workspace]
        if workspace:
            return accounts[0]
        return accounts[2 if is_rare(talk, talks, TOLD_OF) else part(talk, 5) < OTHER_ACCOUNT]

    def text(self, *, is_rare_one: bool) -> WrittenText:
        """Return a text; some hold a word that others do not."""
        told = self.chance.choice(self.texts)
        is_seldom = self.chance.random() < max(SELDOM_SHARE, RARE_ROWS / self.rows)
        added = f"{' ' + RARE if is_rare_one else ''}{' ' + SELDOM if is_seldom else ''}"
        if not added:
            return told
        return WrittenText(told.text + added, f"{told.folded} {fold(added)}", told.language, told.is_question)

    def dispatch(self, number: int, text: str, **values: Any) -> int:
        """Keep a dispatch of the main workspace and return its id."""
        dispatch_id = next(self._dispatch_ids)
        row: dict[str, Any] = dict.fromkeys(("comment_id", "conversation_id", "result_id", "reason"))
        row |= {
            "id": dispatch_id,
            "workspace_id": self.company.workspaces[0].id,
            "account_id": self.company.accounts[0][0].id,
            "state": DispatchState.SENT,
            "text": text,
            "values": {},
            "human_agent": False,
            "is_planned": False,
            "created_by_id": self.company.user.id,
            "created_at": self.at(number) - timedelta(seconds=1),
            "tries": 1,
            "claim": 1,
            "fence": 1,
            "looks": 0,
            "finished_at": self.at(number),
        }
        self._dispatches.append(row | values)
        return dispatch_id

    def _write_dispatches(self) -> None:
        if self._dispatches:
            self.connection.execute(insert(Dispatch), self._dispatches)
            self._dispatches = []


def part(number: int, salt: int) -> float:
    """Return a number from 0 to 1 that stands for a row: the same each time, and another for each salt."""
    return ((number + 1) * 2654435761 * (2 * salt + 1) >> 7) % 10_007 / 10_007
