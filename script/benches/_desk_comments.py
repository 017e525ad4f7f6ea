"""Posts, the people who comment on them, and their comments, written straight into the tables."""

from datetime import timedelta
from itertools import count

from app.comments.models import Comment, HideRecord, HideRuleKind
from app.contacts.models import Consent, Contact
from app.dispatches.models import DispatchKind, DispatchState
from app.media.models import Media
from script.benches._desk_rows import FROM_HERE, ONE_OF_OTHERS, Ledger, Rows, part
from script.benches._desk_shape import OTHERS, Threads, shape_threads
from script.benches._desk_texts import WrittenText

BY_THEM, UNDER_IT, REFUSED = 1, 2, 3
"""Comments that are rare: one person's, those under one post (and in English), those whose answer was refused."""
HIDDEN, HIDDEN_BY_RULE = 0.08, 0.5


class CommentRows:
    """Writes as many comments as the ledger says, with all that belongs to them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def write(self) -> Threads:
        """Write everything; the tables are empty."""
        threads = shape_threads(self.ledger.rows, (BY_THEM, UNDER_IT, REFUSED))
        self.ledger.write(Contact, self._people())
        self.ledger.write(Media, self._media())
        self.ledger.write(Comment, self._comments(threads))
        self.ledger.write(HideRecord, self._hide_records(threads))
        return threads

    def _people(self) -> Rows:
        for number in range(self.ledger.people + OTHERS * ONE_OF_OTHERS):
            others = number - self.ledger.people
            workspace = 0 if others < 0 else 1 + others // ONE_OF_OTHERS
            yield {
                "id": number + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.company.accounts[workspace][0].id,
                "ig_scoped_id": f"9{number:014d}",
                "username": f"buyer_{number}",
                "name": f"Покупатель {number}",
                "consent": Consent.GIVEN,
                "first_seen_at": self.ledger.newest,
            }

    def _media(self) -> Rows:
        for number in range(self.ledger.posts + OTHERS * ONE_OF_OTHERS):
            workspace = 0 if number < self.ledger.posts else 1 + (number - self.ledger.posts) // ONE_OF_OTHERS
            yield {
                "id": number + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.company.accounts[workspace][0].id,
                "ig_media_id": f"18{number:015d}",
                "media_type": "VIDEO",
                "product_type": "REELS",
                "caption": f"Новый сезон: раф с облепихой, №{number}",
                "permalink": f"https://www.instagram.com/reel/{number}/",
                "posted_at": self.ledger.newest - timedelta(days=number),
                "comments_count": 10,
                "like_count": 100,
                "comments_enabled": True,
                "checked_at": self.ledger.fresh,
            }

    def _comments(self, threads: Threads) -> Rows:
        # A reply is under its top's post.
        posts: dict[int, int] = {}
        for number, workspace in enumerate(threads.workspace):
            parent, is_own, waiting = threads.parent[number], threads.is_own[number], threads.waiting[number]
            post = posts[number] = posts[parent] if parent is not None else self._post(number, workspace)
            told = self.ledger.text(is_rare_one=self.ledger.is_one_of(number, BY_THEM))
            contact = None if is_own else self._commenter(number, workspace)
            if is_own and workspace == 0 and self.ledger.chance.random() < FROM_HERE:
                self._add_answer(number, (parent or 0) + 1, told.text)
            if self.ledger.is_one_of(number, REFUSED):
                self._add_refused(number)
            yield {
                "id": number + 1,
                "workspace_id": self.ledger.company.workspaces[workspace].id,
                "account_id": self.ledger.company.accounts[workspace][0].id,
                "media_id": post,
                "parent_id": None if parent is None else parent + 1,
                "contact_id": contact,
                "ig_comment_id": f"17{number:015d}",
                "username": None if contact is None else f"buyer_{contact - 1}",
                "text": told.text,
                "folded": told.folded,
                "posted_at": self.ledger.at(number),
                "is_own": is_own,
                "hidden": workspace == 0 and not is_own and part(number, 2) < HIDDEN,
                "like_count": 0,
                "liked_by_us": False,
                "is_question": told.is_question,
                "language": self._language(number, told),
                "is_live": False,
                "latest_at": self.ledger.at(threads.latest[number]),
                "waiting_since": None if waiting is None else self.ledger.at(waiting),
                "seen_at": self.ledger.at(number),
                "checked_at": self.ledger.fresh,
            }

    def _language(self, number: int, told: WrittenText) -> str:
        """English is what is rare, so that is all of it."""
        if self.ledger.is_one_of(number, UNDER_IT):
            return "en"
        return "" if told.language == "en" else told.language

    def _post(self, number: int, workspace: int) -> int:
        if workspace:
            return self.ledger.posts + (workspace - 1) * ONE_OF_OTHERS + self.ledger.chance.randrange(ONE_OF_OTHERS) + 1
        if self.ledger.is_one_of(number, UNDER_IT):
            return 2
        post = int(self.ledger.posts * self.ledger.chance.random() ** 3) + 1
        return 3 if post == 2 else post

    def _commenter(self, number: int, workspace: int) -> int:
        if workspace:
            return (
                self.ledger.people + (workspace - 1) * ONE_OF_OTHERS + self.ledger.chance.randrange(ONE_OF_OTHERS) + 1
            )
        if self.ledger.is_one_of(number, BY_THEM):
            return 2
        contact = int(self.ledger.people * self.ledger.chance.random() ** 2) + 1
        return 3 if contact == 2 else contact

    def _add_answer(self, number: int, parent_id: int, text: str) -> None:
        self.ledger.dispatch(number, text, kind=DispatchKind.REPLY, comment_id=parent_id, result_id=f"17{number:015d}")

    def _add_refused(self, number: int) -> None:
        why = {"state": DispatchState.REFUSED, "reason": "unknown_error"}
        self.ledger.dispatch(number, "Рахмет!", kind=DispatchKind.REPLY, comment_id=number + 1, **why)

    def _hide_records(self, threads: Threads) -> Rows:
        ids = count(1)
        for number, workspace in enumerate(threads.workspace):
            if workspace == 0 and not threads.is_own[number] and part(number, 2) < HIDDEN * HIDDEN_BY_RULE:
                yield {
                    "id": next(ids),
                    "workspace_id": self.ledger.company.workspaces[0].id,
                    "comment_id": number + 1,
                    "kind": HideRuleKind.WORD,
                    "matched": "арзан",
                    "at": self.ledger.at(number),
                }
