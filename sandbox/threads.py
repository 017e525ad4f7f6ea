"""Conversations and their messages."""

import json
from collections.abc import Sequence
from typing import Any

from sandbox.clock import Clock
from sandbox.ids import Ids, direct_id
from sandbox.media import Window
from sandbox.records import Account, Message, Person, Reaction, Thread, load, load_if
from sandbox.store import Store, Value

DETAILED = 20  # conversations-api: details only of the 20 newest messages of a conversation
REQUEST_LIFE_S = 30 * 86_400  # conversations-api: requests without activity for 30 days are not shown


class Threads:
    """Reads and writes of conversations."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self.version = 0  # grows with every change; the pages watch it

    def open(self, account: Account, person_id: str, *, is_request: bool, at: float | None = None) -> Thread:
        """Return the conversation of the two, begun now or as of `at` if there is none."""
        found = self.find_between(account.user_id, person_id)
        if found is not None:
            return found
        number = self._ids.thread_number()
        thread = Thread(
            id=direct_id(f"ig_dm:1:IGMessageThread:{account.user_id}:{number}"),
            number=number,
            user_id=account.user_id,
            person_id=person_id,
            touched=int((self._clock.now() if at is None else at) * 1_000_000),
            opened_at=None,
            is_request=int(is_request),
        )
        self._store.insert("threads", {name: getattr(thread, name) for name in Thread.__slots__})
        return thread

    def find(self, thread_id: str) -> Thread | None:
        """Return a conversation."""
        return load_if(Thread, self._store.one("SELECT * FROM threads WHERE id = ?", (thread_id,)))

    def find_between(self, user_id: str, person_id: str) -> Thread | None:
        """Return the conversation of an account and a person."""
        sql = "SELECT * FROM threads WHERE user_id = ? AND person_id = ?"
        return load_if(Thread, self._store.one(sql, (user_id, person_id)))

    def add(
        self,
        thread: Thread,
        from_id: str,
        *,
        text: str | None = None,
        body: dict[str, Any] | None = None,
        at: float | None = None,
    ) -> Message:
        """Write a message at the end of a conversation, now or as of `at`."""
        now = self._clock.now() if at is None else at
        mid = self._ids.message(thread.user_id, thread.number)
        values = (mid, thread.id, from_id, now, text, json.dumps(body or {}))
        with self._store.transaction():
            sql = "INSERT INTO messages (id, thread_id, from_id, created_at, text, body) VALUES (?, ?, ?, ?, ?, ?)"
            self._store.run(sql, values)
            is_answer = from_id == thread.user_id
            sql = "UPDATE threads SET touched = max(touched, ?), is_request = is_request AND ? WHERE id = ?"
            self._store.run(sql, (int(now * 1_000_000), int(not is_answer), thread.id))
        self.version += 1
        found = self.find_message(mid)
        assert found is not None
        return found

    def open_window(self, thread_id: str, at: float | None = None) -> None:
        """Let the 24 hours in which the account may write begin, now or as of `at`."""
        now = self._clock.now() if at is None else at
        self._store.run("UPDATE threads SET opened_at = max(coalesce(opened_at, 0), ?) WHERE id = ?", (now, thread_id))

    def find_message(self, mid: str) -> Message | None:
        """Return a message, also one that was taken back."""
        return load_if(Message, self._store.one("SELECT * FROM messages WHERE id = ?", (mid,)))

    def mark_seen(self, thread: Thread, message: Message) -> bool:
        """Note that the person has read up to a message; False when that was so before."""
        sql = "UPDATE threads SET seen = ? WHERE id = ? AND seen < ?"
        return self._store.run(sql, (message.seq, thread.id, message.seq)) == 1

    def delete(self, message: Message) -> None:
        """Take a message back."""
        self._store.run("UPDATE messages SET is_deleted = 1 WHERE id = ?", (message.id,))
        self.version += 1

    def edit(self, message: Message, text: str) -> Message:
        """Change a message's text and return the message."""
        sql = "UPDATE messages SET text = ?, num_edit = num_edit + 1 WHERE id = ?"
        self._store.run(sql, (text, message.id))
        self.version += 1
        found = self.find_message(message.id)
        assert found is not None
        return found

    def is_detailed(self, message: Message) -> bool:
        """Tell whether a message is among the newest, whose details can be read."""
        sql = (
            "SELECT count(*) AS n FROM (SELECT 1 FROM messages"
            " WHERE thread_id = ? AND is_deleted = 0 AND seq > ? LIMIT ?)"
        )
        row = self._store.one(sql, (message.thread_id, message.seq, DETAILED))
        return not message.is_deleted and row is not None and int(row["n"]) < DETAILED

    def messages(self, thread_id: str, window: Window) -> tuple[list[Message], bool, bool]:
        """Return a page of messages, newest first, and whether there are newer and older ones."""
        clause = "thread_id = ? AND is_deleted = 0"
        rows, has_newer, has_older = self._page("messages", clause, [thread_id], "seq", window)
        return [load(Message, row) for row in rows], has_newer, has_older

    def page(
        self, account: Account, window: Window, *, person_id: str | None = None, is_standard: bool = False
    ) -> tuple[list[Thread], bool, bool]:
        """Return a page of conversations, the last active first.

        With standard access only those with people who have a role in the app.
        """
        clauses: list[str] = ["user_id = ?", "(is_request = 0 OR touched > ?)"]
        values: list[Value] = [account.user_id, int((self._clock.now() - REQUEST_LIFE_S) * 1_000_000)]
        if person_id is not None:
            clauses, values = [*clauses, "person_id = ?"], [*values, person_id]
        if is_standard:
            clauses.append("person_id IN (SELECT id FROM people WHERE has_role = 1)")
        rows, has_newer, has_older = self._page("threads", " AND ".join(clauses), values, "touched", window)
        return [load(Thread, row) for row in rows], has_newer, has_older

    def _page(
        self, table: str, clause: str, values: Sequence[Value], key: str, window: Window
    ) -> tuple[list[Any], bool, bool]:
        is_back = window.before is not None and window.after is None
        cursor = window.before if is_back else window.after
        bound = f" AND {key} {'>' if is_back else '<'} ?" if cursor is not None else ""
        order = "ASC" if is_back else "DESC"
        sql = f"SELECT * FROM {table} WHERE {clause}{bound} ORDER BY {key} {order} LIMIT ?"  # noqa: S608
        rows = self._store.all(sql, [*values, *([cursor] if cursor is not None else []), window.limit + 1])
        has_more = len(rows) > window.limit
        rows = rows[: window.limit]
        return (rows[::-1], has_more, True) if is_back else (rows, cursor is not None, has_more)

    def react(self, message: Message, from_id: str, reaction: str, emoji: str) -> None:
        """Put somebody's reaction to a message, in place of a former one."""
        values = (message.id, from_id, reaction, emoji)
        self._store.run("INSERT OR REPLACE INTO reactions VALUES (?, ?, ?, ?)", values)
        self.version += 1

    def unreact(self, message: Message, from_id: str) -> None:
        """Take somebody's reaction away."""
        self._store.run("DELETE FROM reactions WHERE message_id = ? AND from_id = ?", (message.id, from_id))
        self.version += 1

    def reactions(self, message_id: str) -> list[Reaction]:
        """Return the reactions to a message."""
        sql = "SELECT * FROM reactions WHERE message_id = ? ORDER BY from_id"
        return [load(Reaction, row) for row in self._store.all(sql, (message_id,))]

    def claim_private_reply(self, comment_id: str) -> bool:
        """Take the only private reply a comment may get; False when it was taken before."""
        sql = "INSERT OR IGNORE INTO private_replies VALUES (?, ?)"
        return self._store.run(sql, (comment_id, self._clock.now())) == 1

    def release_private_reply(self, comment_id: str) -> None:
        """Give back what was claimed for a reply that was not sent after all."""
        self._store.run("DELETE FROM private_replies WHERE comment_id = ?", (comment_id,))

    def count_from(self, thread: Thread, person: Person) -> int:
        """Return how many messages of a conversation are the person's."""
        sql = "SELECT count(*) AS n FROM messages WHERE thread_id = ? AND from_id = ?"
        row = self._store.one(sql, (thread.id, person.id))
        return int(row["n"]) if row else 0
