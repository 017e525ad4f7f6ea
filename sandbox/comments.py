"""Comments and replies under media."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sandbox.clock import Clock
from sandbox.days import day_of
from sandbox.ids import Ids
from sandbox.media import Window
from sandbox.records import Comment, load, load_if
from sandbox.store import Store, Value

COLUMNS = ("id", "media_id", "parent_id", "from_id", "username", "text", "created_at")
CROWD = 5000  # how many different people write in a bulk


class Comments:
    """Reads and writes of comments; a million of them are no slower than ten."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self.version = 0  # grows with every change; the pages watch it

    def add(self, media_id: str, *, from_id: str, username: str, text: str, parent: Comment | None = None) -> Comment:
        """Write a comment, or a reply; a reply to a reply hangs under the top-level comment."""
        parent_id = (parent.parent_id or parent.id) if parent else None
        comment_id = self._ids.next("comment")
        row = (comment_id, media_id, parent_id, from_id, username, text, self._clock.now())
        with self._store.transaction():
            self._store.insert("comments", dict(zip(COLUMNS, row, strict=True)))
            self._count(media_id, 1, self._clock.now())
        found = self.find(comment_id)
        assert found is not None
        return found

    def add_many(self, media_id: str, count: int, text: str) -> None:
        """Write many comments of a crowd at once, a second apart and ending now, without webhooks."""
        with self._store.transaction():
            marks = ", ".join("?" * len(COLUMNS))
            sql = f"INSERT INTO comments ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608
            self._store.run_many(sql, self._crowd(media_id, count, text))
            self._count(media_id, count, self._clock.now())

    def add_rows(self, user_id: str, rows: Sequence[tuple[Value, ...]]) -> None:
        """Write comments of the past (values of COLUMNS, oldest first) under one account's media, without webhooks."""
        with self._store.transaction():
            marks = ", ".join("?" * len(COLUMNS))
            sql = f"INSERT INTO comments ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608
            self._store.run_many(sql, rows)
            counts = Counter(row[1] for row in rows)
            sql = "UPDATE media SET comments_count = comments_count + ? WHERE id = ?"
            self._store.run_many(sql, [(count, media_id) for media_id, count in counts.items()])
            days = Counter(day_of(float(row[-1] or 0)) for row in rows)
            sql = "INSERT INTO comment_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n"
            self._store.run_many(sql, [(user_id, day, count) for day, count in days.items()])
            self.version += 1

    def _crowd(self, media_id: str, count: int, text: str) -> Iterator[tuple[Value, ...]]:
        people = [self._ids.next("person") for _ in range(min(count, CROWD))]
        begin = self._clock.now() - count
        for number in range(count):
            who = number % len(people)
            written = f"{text} {number + 1}"
            yield self._ids.next("comment"), media_id, None, people[who], f"person{who}", written, begin + number

    def find(self, comment_id: str) -> Comment | None:
        """Return a comment or reply."""
        return load_if(Comment, self._store.one("SELECT * FROM comments WHERE id = ?", (comment_id,)))

    def page(self, media_id: str, window: Window) -> tuple[list[Comment], bool, bool]:
        """Return a page of top-level comments, newest first, and whether there are newer and older ones."""
        return self._page("media_id = ? AND parent_id IS NULL", media_id, window)

    def replies(self, comment_id: str, window: Window) -> tuple[list[Comment], bool, bool]:
        """Return a page of replies, newest first, and whether there are newer and older ones."""
        return self._page("parent_id = ?", comment_id, window)

    def _page(self, clause: str, value: str, window: Window) -> tuple[list[Comment], bool, bool]:
        is_back = window.before is not None and window.after is None
        cursor = window.before if is_back else window.after
        bound = f" AND seq {'>' if is_back else '<'} ?" if cursor is not None else ""
        order = "ASC" if is_back else "DESC"
        sql = f"SELECT * FROM comments WHERE {clause}{bound} ORDER BY seq {order} LIMIT ?"  # noqa: S608
        values: list[Value] = [value, *([cursor] if cursor is not None else []), window.limit + 1]
        rows = self._store.all(sql, values)
        found = [load(Comment, row) for row in rows[: window.limit]]
        has_more = len(rows) > window.limit
        return (found[::-1], has_more, True) if is_back else (found, cursor is not None, has_more)

    def count_by_day(self, user_id: str, first: int, last: int) -> dict[int, int]:
        """Return how many comments an account got, by Pacific day."""
        sql = "SELECT day, n FROM comment_days WHERE user_id = ? AND day BETWEEN ? AND ?"
        return {row["day"]: row["n"] for row in self._store.all(sql, (user_id, first, last))}

    def hide(self, comment_id: str, is_hidden: bool) -> None:
        """Hide a comment, or show it again."""
        self._store.run("UPDATE comments SET is_hidden = ? WHERE id = ?", (int(is_hidden), comment_id))
        self.version += 1

    def like(self, comment_id: str, user_id: str) -> None:
        """Let an account like a comment; a second time changes nothing."""
        with self._store.transaction():
            sql = "INSERT OR IGNORE INTO comment_likes VALUES (?, ?)"
            self._count_like(comment_id, self._store.run(sql, (comment_id, user_id)))

    def unlike(self, comment_id: str, user_id: str) -> None:
        """Take an account's like back, if there is one."""
        with self._store.transaction():
            sql = "DELETE FROM comment_likes WHERE comment_id = ? AND user_id = ?"
            self._count_like(comment_id, -self._store.run(sql, (comment_id, user_id)))

    def _count_like(self, comment_id: str, change: int) -> None:
        self._store.run("UPDATE comments SET like_count = like_count + ? WHERE id = ?", (change, comment_id))
        self.version += 1

    def delete(self, comment: Comment) -> None:
        """Delete a comment with its replies."""
        with self._store.transaction():
            gone = self._store.run("DELETE FROM comments WHERE id = ? OR parent_id = ?", (comment.id, comment.id))
            self._count(comment.media_id, -gone, comment.created_at)

    def _count(self, media_id: str, change: int, at: float) -> None:
        """Let the media's number of comments and the account's figure of the day follow a change."""
        self.version += 1
        sql = (
            "INSERT INTO comment_days SELECT user_id, ?, ? FROM media WHERE id = ?"
            " ON CONFLICT DO UPDATE SET n = max(0, n + excluded.n)"
        )
        self._store.run(sql, (day_of(at), change, media_id))
        self._store.run("UPDATE media SET comments_count = comments_count + ? WHERE id = ?", (change, media_id))
