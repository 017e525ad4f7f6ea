"""Conversations and their messages, written straight into the tables."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from app.contacts.models import Consent, Contact
from app.conversations.models import (
    Conversation,
    ConversationLabel,
    ConversationState,
    Label,
    Message,
    MessageAttachment,
    MessageKind,
    MessageReaction,
)
from app.dispatches.models import DispatchKind
from script.benches._desk_rows import FROM_HERE, ONE_OF_OTHERS, TOLD_OF, Ledger, Rows, part
from script.benches._desk_shape import OTHERS, Talks, is_rare, shape_talks

ATTACHED, REACTED = 0.08, 0.04
IN_STATES = ((0.42, ConversationState.OPEN), (0.61, ConversationState.SNOOZED), (0.80, ConversationState.DONE))
MINE, LABELLED = 0.6, 0.6


class MessageRows:
    """Writes as many messages as the ledger says, with all that belongs to them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.strangers = ledger.people + OTHERS * ONE_OF_OTHERS
        """People who are written already."""

    def write(self) -> Talks:
        """Write everything; the tables are empty but for the people who comment."""
        talks = shape_talks(self.ledger.rows)
        self.ledger.write(Contact, self._people(talks))
        self.ledger.write(Label, self._labels())
        self.ledger.write(Conversation, self._conversations(talks))
        self.ledger.write(ConversationLabel, self._label_links(talks))
        self.ledger.write(Message, self._messages(talks), dispatches_first=True)
        self.ledger.write(MessageAttachment, self._attachments())
        self.ledger.write(MessageReaction, self._reactions())
        return talks

    def _people(self, talks: Talks) -> Rows:
        for talk, workspace in enumerate(talks.workspace):
            number = self.strangers + talk
            yield {
                "id": number + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.account(workspace, talk, len(talks.workspace)).id,
                "ig_scoped_id": f"9{number:014d}",
                "username": f"buyer_{number}",
                "name": f"Покупатель {number}",
                "consent": Consent.GIVEN,
                "first_seen_at": self.ledger.newest,
            }

    def _labels(self) -> Rows:
        for number, name in enumerate(("Опт", "Жалоба")):
            yield {"id": number + 1, "workspace_id": self.ledger.company.workspaces[0].id, "name": name, "tone": "ok"}

    def _conversations(self, talks: Talks) -> Rows:
        for talk, workspace in enumerate(talks.workspace):
            inbound, waiting = talks.inbound[talk], talks.waiting[talk]
            is_told_of = workspace == 0 and is_rare(talk, len(talks.workspace), TOLD_OF)
            yield {
                "id": talk + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.account(workspace, talk, len(talks.workspace)).id,
                "contact_id": self.strangers + talk + 1,
                "ig_thread_id": f"thread-{talk}",
                "state": ConversationState.OPEN if is_told_of or talk == 0 else _state(talk),
                "assigned_to_id": self._assignee(talk, is_told_of=is_told_of) if workspace == 0 else None,
                "unread_count": talks.unread[talk],
                "latest_at": self.ledger.at(talks.latest[talk]),
                "latest_message_id": talks.latest[talk] + 1,
                "waiting_since": None if waiting is None else self.ledger.at(waiting),
                "last_inbound_at": None if inbound is None else self.ledger.at(inbound),
                "window_ends_at": None if inbound is None else self.ledger.at(inbound) + timedelta(hours=24),
                "checked_at": self.ledger.fresh,
                "created_at": self.ledger.at(talks.latest[talk]),
            }

    def _assignee(self, talk: int, *, is_told_of: bool) -> int | None:
        if is_told_of:
            return self.ledger.company.colleague.id
        return self.ledger.company.user.id if part(talk, 3) < MINE else None

    def _label_links(self, talks: Talks) -> Rows:
        for talk, workspace in enumerate(talks.workspace):
            is_told_of = is_rare(talk, len(talks.workspace), TOLD_OF)
            if workspace == 0 and (is_told_of or part(talk, 4) < LABELLED):
                label = 2 if is_told_of else 1
                workspace_id = self.ledger.company.workspaces[0].id
                yield {"conversation_id": talk + 1, "label_id": label, "workspace_id": workspace_id}

    def _messages(self, talks: Talks) -> Rows:
        for number, (talk, is_own) in enumerate(zip(talks.conversation, talks.is_own, strict=True)):
            workspace = talks.workspace[talk]
            told = self.ledger.text(is_rare_one=workspace == 0 and self.ledger.is_one_of(number, TOLD_OF))
            mid = f"aWdfZAG1faXRlbToxOk1lc3NhZA2VJRDpt{number:09d}"
            sent = None
            if is_own and workspace == 0 and self.ledger.chance.random() < FROM_HERE:
                values = {"kind": DispatchKind.MESSAGE, "conversation_id": talk + 1, "result_id": mid}
                sent = self.ledger.dispatch(number, told.text, **values)
            yield {
                "id": number + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.account(workspace, talk, len(talks.workspace)).id,
                "conversation_id": talk + 1,
                "mid": mid,
                "is_own": is_own,
                "kind": MessageKind.TEXT,
                "text": told.text,
                "folded": told.folded,
                "sent_at": self.ledger.at(number),
                "edits": 0,
                "dispatch_id": sent,
                "seen_at": self.ledger.at(number),
                "checked_at": self.ledger.fresh,
                "is_history": False,
            }

    def _attachments(self) -> Rows:
        return self._beside(ATTACHED, 6, lambda: {"position": 0, "kind": "image", "url": "https://cdn.invalid/1.jpg"})

    def _reactions(self) -> Rows:
        return self._beside(REACTED, 7, lambda: {"is_own": False, "emoji": "❤️", "at": self.ledger.newest})

    def _beside(self, share: float, salt: int, values: Callable[[], dict[str, Any]]) -> Rows:
        """Yield what hangs on some messages. Which workspace it says is of no weight: they are looked up by message."""
        ids = count(1)
        for number in range(self.ledger.rows):
            if part(number, salt) < share:
                row = {"id": next(ids), "workspace_id": self.ledger.company.workspaces[0].id, "message_id": number + 1}
                yield row | values()


def _state(talk: int) -> ConversationState:
    share = part(talk, 1)
    return next((state for end, state in IN_STATES if share < end), ConversationState.ARCHIVED)
