"""A conversation, and a thread of comments, with a million rows beside the same with a thousand: half as long again.

The longest of either has a fiftieth of all rows, so that with a million its length tells too.
"""

from collections.abc import Iterator
from typing import Any

from script.benches._desk import Case, compare

CASES = (
    Case("conversation", lambda marks: f"/inbox/{marks.conversation}", needs='id="composer"'),
    Case("longest_conversation", lambda marks: f"/inbox/{marks.longest_conversation}", needs="before="),
    Case(
        "older_messages",
        lambda marks: f"/inbox/{marks.longest_conversation}/messages?before={marks.message}",
        needs="before=",
        is_part=True,
    ),
    Case(
        "around_a_message",
        lambda marks: f"/inbox/{marks.longest_conversation}?message={marks.message}",
        needs="before=",
    ),
    Case("comment_thread", lambda marks: f"/comments/{marks.thread}", needs='class="comment'),
    Case("longest_comment_thread", lambda marks: f"/comments/{marks.longest_thread}", needs="before="),
)


def run() -> Iterator[dict[str, Any]]:
    """Yield a result for each page and database."""
    yield from compare("thread_page", CASES)
