"""Who wrote what under which post and in which conversation, before any of it is written down.

A business of the same pace with a longer history: so many comments and as many messages, the newest a minute old.
Most are the workspace's that is looked at, the others' are strewn among them. Posts and people are unevenly popular.
What is rare stands in the same number of rows however many there are, and far apart: finding it must not cost more.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

OTHERS = 4
"""Workspaces beside the one that is looked at."""
MAIN_SHARE = 0.9
A_DAY = 700
"""Comments, and as many messages."""
RARE_ROWS = 50
"""More than a page of them."""
REPLIES, OWN_REPLIES = 0.4, 0.6
OWN_IN_LONGEST = 0.05
"""Of the longest thread's replies, where others talk to each other."""
OWN_MESSAGES = 0.45
NEW_CONVERSATIONS, RETURNING = 0.4, 0.12
RECENT = 30
LONGEST_SHARE = 0.02
LEAST_LONGEST = 160
"""Messages of the longest conversation, and replies of the longest thread: more than a page of them."""


@dataclass
class Threads:
    """Comments in the order in which they were written; each list has one entry for each of them."""

    workspace: list[int] = field(default_factory=list)
    parent: list[int | None] = field(default_factory=list)
    is_own: list[bool] = field(default_factory=list)
    latest: list[int] = field(default_factory=list)
    """Of a top: the last comment of its thread."""
    waiting: list[int | None] = field(default_factory=list)
    """Of a top: the first comment that has no answer yet."""


@dataclass
class Talks:
    """Messages in the order in which they were written, and the conversations that they make."""

    conversation: list[int] = field(default_factory=list)
    """Of each message."""
    is_own: list[bool] = field(default_factory=list)
    workspace: list[int] = field(default_factory=list)
    """Of each conversation, as all below."""
    latest: list[int] = field(default_factory=list)
    inbound: list[int | None] = field(default_factory=list)
    waiting: list[int | None] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


def is_rare(number: int, rows: int, which: int) -> bool:
    """Whether a row is one of the RARE_ROWS that have something in particular; `which` tells such things apart."""
    every = max(1, rows // RARE_ROWS)
    return number % every == which % every


def longest(rows: int) -> float:
    """Return which share of all the longest conversation holds, or the longest thread."""
    return max(LONGEST_SHARE, LEAST_LONGEST / rows)


def shape_threads(rows: int, rare: Sequence[int]) -> Threads:
    """Return so many comments. Those that are `rare` in some way are tops, not ours, and of the main workspace."""
    chance, made = random.Random(11), Threads()
    recent: list[deque[int]] = [deque(maxlen=RECENT) for _ in range(OTHERS + 1)]
    for number in range(rows):
        is_special = any(is_rare(number, rows, which) for which in rare)
        workspace = 0 if number == 0 or is_special else _choose_workspace(chance)
        made.workspace.append(workspace)
        parent = None if is_special else _choose_parent(chance, workspace, recent, longest(rows))
        if parent is None:
            recent[workspace].append(number)
        own = OWN_IN_LONGEST if parent == 0 else OWN_REPLIES
        _add_comment(made, number, parent, is_own=parent is not None and chance.random() < own)
    return made


def _choose_workspace(chance: random.Random) -> int:
    return 0 if chance.random() < MAIN_SHARE else chance.randint(1, OTHERS)


def _choose_parent(
    chance: random.Random, workspace: int, recent: list[deque[int]], share_of_first: float
) -> int | None:
    if not recent[workspace]:
        return None
    if workspace == 0 and chance.random() < share_of_first:
        return 0
    return chance.choice(recent[workspace]) if chance.random() < REPLIES else None


def _add_comment(made: Threads, number: int, parent: int | None, *, is_own: bool) -> None:
    made.parent.append(parent)
    made.is_own.append(is_own)
    made.latest.append(number)
    made.waiting.append(number if parent is None else None)
    if parent is None:
        return
    made.latest[parent] = number
    if is_own:
        made.waiting[parent] = None
    elif made.waiting[parent] is None:
        made.waiting[parent] = number


def shape_talks(rows: int) -> Talks:
    """Return so many messages; the first conversation is the longest."""
    chance, made = random.Random(13), Talks()
    recent: list[deque[int]] = [deque(maxlen=RECENT) for _ in range(OTHERS + 1)]
    for number in range(rows):
        workspace = 0 if number == 0 else _choose_workspace(chance)
        talk = _choose_talk(chance, workspace, made, recent[workspace], longest(rows))
        if talk is None:
            talk = _add_talk(made, workspace, recent[workspace])
        _add_message(made, number, talk, is_own=made.inbound[talk] is not None and chance.random() < OWN_MESSAGES)
    return made


def _choose_talk(
    chance: random.Random, workspace: int, made: Talks, recent: deque[int], share_of_first: float
) -> int | None:
    if workspace == 0 and made.workspace and chance.random() < share_of_first:
        return 0
    kind = chance.random()
    if not recent or kind < NEW_CONVERSATIONS:
        return None
    if kind < NEW_CONVERSATIONS + RETURNING:
        talk = chance.randrange(len(made.workspace))
        return talk if made.workspace[talk] == workspace else None
    return chance.choice(recent)


def _add_talk(made: Talks, workspace: int, recent: deque[int]) -> int:
    made.workspace.append(workspace)
    made.latest.append(0)
    made.inbound.append(None)
    made.waiting.append(None)
    made.unread.append(0)
    recent.append(len(made.workspace) - 1)
    return len(made.workspace) - 1


def _add_message(made: Talks, number: int, talk: int, *, is_own: bool) -> None:
    made.conversation.append(talk)
    made.is_own.append(is_own)
    made.latest[talk] = number
    if is_own:
        made.waiting[talk], made.unread[talk] = None, 0
        return
    made.inbound[talk] = number
    made.unread[talk] += 1
    if made.waiting[talk] is None:
        made.waiting[talk] = number
