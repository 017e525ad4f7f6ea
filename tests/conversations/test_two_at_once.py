"""The drain of webhooks and the sync write down the same things at the same time."""

import threading
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from app import db
from tests.conversations.conftest import Desk, Word, at, ours, shown, theirs

ROUNDS = 15


def test_two_writers_of_the_same_conversation_lose_and_double_nothing(desk: Desk) -> None:
    start = threading.Barrier(2)
    broken: list[BaseException] = []

    def write(words: list[Word]) -> None:
        try:
            for word in words:
                start.wait(20)
                tell(desk, word)
        except (DBAPIError, AssertionError, threading.BrokenBarrierError) as error:
            broken.append(error)
            start.abort()

    told: list[Callable[[int], Word]] = [
        lambda number: theirs(f"m{number}", number + 0.25, f"{number}"),
        lambda number: shown(f"m{number if number % 3 else number + 1}", number + 0.25, f"{number}"),
    ]
    threads = [threading.Thread(target=write, args=([make(n) for n in range(ROUNDS)],)) for make in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    messages = desk.messages()
    assert len(messages) == len({message.mid for message in messages}) == ROUNDS
    conversation = desk.conversation()
    assert conversation.unread_count == ROUNDS
    assert conversation.latest_at == max(message.sent_at for message in messages)
    desk.tell(ours("answer", 100))
    assert (desk.conversation().unread_count, desk.conversation().latest_at) == (0, at(100))


@db.deadlock_safe
def tell(desk: Desk, word: Word) -> None:
    with db.workspace_scope(desk.account.workspace_id), db.transaction():
        word(desk)
