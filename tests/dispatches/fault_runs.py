"""Runs in which something goes wrong at a send: at Instagram, in the network, or by a scheduler that is killed.

Each run asks for one or two answers with words of their own, and counts afterwards what is on Instagram. Whatever
happens, nothing may stand there twice, and nothing may be lost without a word: an answer ends as sent (and stands there
once), as refused (and does not stand there), or as a question to a person.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.clock import Clock
from app.comments.models import Comment
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.dispatches.write_message import write_message_by_person
from app.dispatches.write_reply import write_private_reply, write_reply
from tests.dispatches.desk import Desk

KINDS = (DispatchKind.REPLY, DispatchKind.PRIVATE_REPLY, DispatchKind.MESSAGE)
UNCLEAR = (
    {"code": 20, "error_subcode": 1772107, "message": "format"},
    {"code": 1, "error_subcode": 1357046, "message": "again"},
    {"code": 2, "message": "down"},
    {"code": 4, "error_subcode": 2207051, "message": "blocked"},
)
CLEAR = (
    {"code": 613, "error_subcode": 2534040, "message": "slower"},
    {"code": 80002, "message": "limit"},
    {"code": 551, "error_subcode": 1545041, "message": "gone"},
    {"code": 10, "error_subcode": 2534022, "message": "closed"},
)
WRITE = "(/replies|/messages)$"
ENDS = {DispatchState.SENT, DispatchState.REFUSED, DispatchState.UNCONFIRMED}
POINTS = 9
"""So many times a step reads the clock or asks for its lease, about: there it is killed."""
STEPS_AT_MOST = 200
PATIENCE_SECONDS = 60.0


class Killed(BaseException):
    """The scheduler was killed here."""


@dataclass
class DyingClock:
    """Ends the scheduler at the n-th look at it."""

    clock: Clock
    left: int

    def now(self) -> datetime:
        """Return the instant, or die."""
        self.left -= 1
        if self.left == 0:
            raise Killed
        return self.clock.now()

    def may_act(self) -> bool:
        """Say that the lease is held, or die."""
        self.now()
        return True


@dataclass
class Tally:
    """What came of many runs; `bad` says of each that broke the promise what it was."""

    runs: int = 0
    killed: int = 0
    states: Counter[str] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def bad(self) -> list[str]:
        """Every run that broke the promise."""
        return self.doubled + self.lost

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return f"{self.runs} runs, {self.killed} killed: {len(self.doubled)} doubled, {len(self.lost)} lost; {states}"


def run_many(desk: Desk, runs: int, seed: int) -> Tally:
    """Do so many runs, each with faults of its own."""
    tally = Tally()
    for number in range(runs):
        _run(desk, random.Random(f"{seed}/{number}"), f"{seed}/{number}", tally)
    return tally


def _run(desk: Desk, chance: random.Random, name: str, tally: Tally) -> None:
    """Ask, let things go wrong, bring the scheduler back as often as it is killed, and count."""
    person = desk.add_person(f"person{tally.runs}")
    comment, text = desk.comment(f"Вопрос {name}", person=person), f"Ответ {name}"
    desk.message(f"Сәлем {name}", person=person)
    kind = chance.choice(KINDS)
    by_phone = _write_on_the_phone(desk, kind, person, text) if chance.random() < 0.2 else 0
    asked = _ask(desk, kind, comment, text)
    if kind is not DispatchKind.PRIVATE_REPLY and chance.random() < 0.25:
        asked += _ask(desk, kind, comment, text)
    faults = [_fault(chance) for _ in range(chance.choice((1, 1, 2, 3)))]
    for fault in faults:
        desk.sandbox.call("POST", "/faults", fault)
    tally.runs += 1
    tally.killed += _work(desk, asked, chance)
    desk.sandbox.call("DELETE", "/faults")
    _count(desk, tally, f"{name} {kind} {faults}", asked, _standing(desk, kind, comment, person, text) - by_phone)


def _fault(chance: random.Random) -> dict[str, Any]:
    """Return something that goes wrong, mostly at the call that writes, now and then while looking."""
    if chance.random() < 0.25:
        action, error = chance.choice((("error", {"code": 2, "message": "down"}), ("drop_response", None)))
        times = chance.choice((1, 3, 12))
        return {"method": "GET", "path": "", "action": action, "times": times, **({"error": error} if error else {})}
    fault = {"method": "POST", "path": WRITE, "times": chance.choice((1, 1, 1, 2, 3))}
    action = chance.choice(("drop_request", "drop_response", "malformed", "done_but_error", "error", "refuse", "delay"))
    if action == "refuse":
        return {**fault, "action": "error", "error": chance.choice(CLEAR), "status": 400}
    if action in ("done_but_error", "error"):
        return {**fault, "action": action, "error": chance.choice(UNCLEAR), "status": chance.choice((400, 500))}
    return {**fault, "action": action, **({"delay_s": 0.02} if action == "delay" else {})}


def _ask(desk: Desk, kind: DispatchKind, comment: Comment, text: str) -> list[Dispatch]:
    values: dict[str, Any] = {"user_id": desk.user.id, "form_token": desk.token(), "now": desk.now()}
    if kind is DispatchKind.REPLY:
        return [write_reply(comment.id, text, **values)]
    if kind is DispatchKind.PRIVATE_REPLY:
        return [write_private_reply(comment.id, text, **values)]
    return write_message_by_person(desk.conversation_with(comment.contact_id).id, text=text, **values)


def _write_on_the_phone(desk: Desk, kind: DispatchKind, person: str, text: str) -> int:
    """The same words, written on the phone just before, of which no webhook has told. Return how many there are."""
    if kind is DispatchKind.REPLY:
        return 0
    body = {"from": desk.account.ig_user_id, "to": person, "message": {"text": text}}
    desk.sandbox.call("POST", f"/accounts/{desk.account.ig_user_id}/messages", body)
    return 1


def _work(desk: Desk, asked: list[Dispatch], chance: random.Random) -> int:
    """Let the engine work until all is at rest; return how often it was killed."""
    killed, kills_left, is_idle = 0, chance.choice((0, 0, 1, 2)), False
    for _ in range(STEPS_AT_MOST):
        coming = [at for one in asked if (at := desk.dispatch(one.id).next_try_at)]
        if not coming:
            break
        # What is due and does not go waits for its account, or for an answer before it.
        desk.advance(max((min(coming) - desk.now()).total_seconds(), PATIENCE_SECONDS if is_idle else 0.0))
        if kills_left and chance.random() < 0.7:
            with _dying(desk, chance.randint(1, POINTS)), suppress(Killed):
                is_idle = desk.look() == 0
                continue
            kills_left, killed = kills_left - 1, killed + 1
            desk.take_over()
        else:
            is_idle = desk.look() == 0
    return killed


@contextmanager
def _dying(desk: Desk, at: int) -> Iterator[None]:
    """Let the scheduler be killed at one of the points that it passes."""
    alive, clock = desk.dispatcher, DyingClock(desk.clock, at)
    desk.dispatcher = replace(alive, clock=clock, may_act=clock.may_act)
    try:
        yield
    finally:
        desk.dispatcher = alive


def _standing(desk: Desk, kind: DispatchKind, comment: Comment, person: str, text: str) -> int:
    """Return how often the words stand on Instagram."""
    standing = desk.replies_at_instagram(comment) if kind is DispatchKind.REPLY else desk.messages_at_instagram(person)
    return standing.count(text)


def _count(desk: Desk, tally: Tally, name: str, asked: list[Dispatch], standing: int) -> None:
    """Compare what the rows say with what stands on Instagram."""
    states = [desk.dispatch(one.id).state for one in asked]
    tally.states.update(states)
    sent, doubtful = states.count(DispatchState.SENT), states.count(DispatchState.UNCONFIRMED)
    line = f"{name}: {', '.join(states)}; {standing} on Instagram"
    if standing > sent + doubtful:
        tally.doubled.append(line)
    if standing < sent or not set(states) <= ENDS:
        tally.lost.append(line)
