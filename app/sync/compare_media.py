"""Compare the comments of a media with what Instagram shows, and mend what differs."""

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.accounts.models import Account
from app.comments.apply_comment import apply_comment
from app.comments.comment_is_gone import comment_is_gone
from app.comments.models import Comment
from app.db import deadlock_safe, reading, transaction
from app.instagram.errors import InstagramError
from app.instagram.facts import CommentFacts
from app.instagram.limits import LIST_PAGE_SIZE
from app.media.keep_picture import keep_picture
from app.media.models import Media
from app.media.save_media import media_is_gone, save_media
from app.sync.account_sync import COMMENTS_NOT_SHOWN, note_problem, note_success
from app.sync.visit import Steps, Visit, next_check

ASKED_AT_ONCE = 100
"""Of the comments that Instagram's list lacks, so many are asked about by their ids in one comparison."""
DOUBT = timedelta(minutes=10)
NOT_SHOWN_PAUSE = timedelta(hours=6)
BROKEN_PAUSE = timedelta(minutes=30)
COUNT_GOOD_FOR = timedelta(minutes=2)
AD = "AD"


def compare_media(visit: Visit, media: Media, *, is_import: bool) -> Steps:
    """Compare all comments of a media. Whatever goes wrong while reading changes no comment.

    1. How many comments are there? 2. All of them, page by page. 3. Those that are here and were not among them are
    asked for one by one: only what Instagram says is gone is erased. A list that is empty although the media has
    comments says nothing: apps without review are shown none.
    """
    begun = visit.now()
    _put_off(media.id, begun + BROKEN_PAUSE)
    if is_import and media.checked_at is not None and media.comments_count == 0 and not _has_comments(media.id):
        _finish(media.id, begun, next_check(media.id, begun))
        return
    if media.product_type != AD:
        try:
            count = yield from _count(visit, media, begun)
            is_empty = count == 0 and not _has_comments(media.id)
            told = 0 if is_empty else (yield from _read_all(visit, media, is_import=is_import))
        except InstagramError as error:
            if not error.is_gone:
                raise
            yield from _doubt(visit, media, begun)
            return
        visit.doubts.since.pop(media.id, None)
        if told == 0 and count:
            note_problem(visit.account, COMMENTS_NOT_SHOWN, begun)
            _put_off(media.id, begun + NOT_SHOWN_PAUSE, comments_count_seen=count)
            return
        if told:
            note_success(visit.account)
    left = yield from _ask_for_absent(visit, media, begun)
    _finish(media.id, begun, begun if left else next_check(media.id, begun))


def _count(visit: Visit, media: Media, begun: datetime) -> Generator[float, None, int | None]:
    """Return the number of comments as Instagram counts them now."""
    if media.checked_at is not None and media.checked_at > begun - COUNT_GOOD_FOR and media.picture_path:
        return media.comments_count
    facts = visit.instagram.read_counted_media(media.ig_media_id)
    (saved,) = save_media(visit.account, [facts], now=begun)
    _put_off(media.id, begun + BROKEN_PAUSE)
    yield 0
    if saved.picture_path is None and facts.picture_url:
        keep_picture(saved, facts.picture_url, media_dir=visit.media_dir, trusted_origins=visit.trusted_origins)
        yield 0
    return saved.comments_count


def _has_comments(media_id: int) -> bool:
    """Whether any comment of the media is here."""
    cached = select(Comment.id).where(Comment.media_id == media_id, Comment.gone_at.is_(None))
    with reading() as session:
        return session.scalar(cached.limit(1)) is not None


def _read_all(visit: Visit, media: Media, *, is_import: bool) -> Generator[float, None, int]:
    """Write down every comment that Instagram shows; return how many there were."""
    told, after = 0, None
    while True:
        now = visit.now()
        page = visit.instagram.read_media_comments(media.ig_media_id, after=after)
        _write(visit.account, page.items, now, is_import=is_import)
        told += sum(1 + len(facts.replies) for facts in page.items)
        if page.after is None or page.after == after:
            return told
        after = page.after
        yield 0


def _ask_for_absent(visit: Visit, media: Media, begun: datetime) -> Generator[float, None, bool]:
    """Ask for each comment that the list lacked; return whether there are more than are asked about at once."""
    absent = _list_absent(media.id, begun, ASKED_AT_ONCE + 1)
    for comment_id in absent[:ASKED_AT_ONCE]:
        now = visit.now()
        try:
            facts = visit.instagram.read_comment(comment_id)
        except InstagramError as error:
            if not error.is_gone:
                raise
            _erase(visit.account, comment_id, now)
        else:
            _write(visit.account, [facts], now, is_import=True)
        yield 0
    return len(absent) > ASKED_AT_ONCE


def _list_absent(media_id: int, begun: datetime, limit: int) -> Sequence[str]:
    """Return the ids of comments that were known when the comparison began, and that it has not met; tops first."""
    query = (
        select(Comment.ig_comment_id)
        .where(
            Comment.media_id == media_id,
            Comment.gone_at.is_(None),
            Comment.seen_at < begun,
            or_(Comment.checked_at.is_(None), Comment.checked_at < begun),
        )
        .order_by(Comment.parent_id.is_not(None), Comment.id)
        .limit(limit)
    )
    with reading() as session:
        return session.scalars(query).all()


def _doubt(visit: Visit, media: Media, now: datetime) -> Steps:
    """Instagram says that the media is not there, which it has said of some that were.

    It is believed when it still says so a while later, and lists its media without it.
    """
    since = visit.doubts.since.setdefault(media.id, now)
    is_missing = now - since >= DOUBT and (yield from _is_missing_in_list(visit, media))
    if not is_missing:
        _put_off(media.id, now + DOUBT)
        return
    del visit.doubts.since[media.id]
    media_is_gone(visit.account, media.id, now)


def _is_missing_in_list(visit: Visit, media: Media) -> Generator[float, None, bool]:
    after = None
    while True:
        page = visit.instagram.list_media_page(after=after, limit=LIST_PAGE_SIZE)
        if any(facts.ig_media_id == media.ig_media_id for facts in page.items):
            return False
        oldest = page.items[-1].timestamp if page.items else None
        if page.after is None or (oldest and media.posted_at and oldest < media.posted_at):
            return True
        after = page.after
        yield 0


@deadlock_safe
def _write(account: Account, told: Sequence[CommentFacts], now: datetime, *, is_import: bool) -> None:
    with transaction():
        for facts in reversed(told):
            apply_comment(account, facts, now=now, is_checked=True, is_import=is_import)


@deadlock_safe
def _erase(account: Account, ig_comment_id: str, now: datetime) -> None:
    with transaction():
        comment_is_gone(account, ig_comment_id, now)


@deadlock_safe
def _put_off(media_id: int, until: datetime, **values: int) -> None:
    with transaction() as session:
        session.execute(update(Media).where(Media.id == media_id).values(next_check_at=until, **values))


@deadlock_safe
def _finish(media_id: int, begun: datetime, next_check_at: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(Media)
            .where(Media.id == media_id)
            .values(comments_checked_at=begun, comments_count_seen=Media.comments_count, next_check_at=next_check_at)
        )
