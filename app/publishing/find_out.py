"""Finding out whether a post is live, after a publish call whose outcome is unknown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import AccountState
from app.db import reading
from app.instagram.client import Instagram
from app.instagram.container import ContainerCode
from app.instagram.errors import InstagramError, Remedy
from app.instagram.media import Media
from app.publishing.claims import Hold, Line, claim_post, record
from app.publishing.models import Post, PostKind, PostState, StepName, StepPhase, Wait
from app.publishing.publisher import Calls, Publisher
from app.publishing.rules import CONTAINERS_AT_MOST
from app.publishing.stand_still import NO_CONTAINER, fail, stand_still
from app.publishing.witnesses import (
    Judgement,
    Quota,
    Snapshot,
    Testimony,
    Verdict,
    compare_quota,
    find_fitting,
    is_alike,
    judge,
)


def find_out(post: Post, publisher: Publisher) -> None:
    """Hear the three witnesses once, and do what follows. Only reads from Instagram."""
    if post.account.state is AccountState.DISCONNECTED:
        _give_up(post, publisher)
        return
    if post.account.state is not AccountState.CONNECTED:
        stand_still(post, publisher, Wait.ACCOUNT, None)
        return
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    hold = claim_post(post, fence=publisher.fence, now=publisher.now(), wait=None)
    if hold is None:
        return
    heard = _hear(instagram, post, publisher.now())
    now = publisher.now()
    is_token_dead = heard.dead_token is not None and mark_reconnect(
        post.account_id, heard.dead_token.key, now, token_issued_at=post.account.token_issued_at
    )
    assert post.publish_called_at is not None
    judgement = judge(
        heard.testimony, called_at=post.publish_called_at, finished_seen_at=post.finished_seen_at, now=now
    )
    line = Line(
        StepName.WITNESSES,
        StepPhase.OUTCOME,
        calls.detail(
            container=heard.testimony.container,
            fitting=heard.testimony.fitting,
            quota=heard.testimony.quota,
            verdict=judgement.verdict,
        ),
    )
    _follow(post, hold, heard, judgement, line, now, is_token_dead=is_token_dead)


def _give_up(post: Post, publisher: Publisher) -> None:
    """Nobody can be asked about an account that was taken out of use: the operator has to look."""
    now = publisher.now()
    hold = claim_post(post, fence=publisher.fence, now=now, wait=None)
    if hold is not None:
        nothing = _Heard(Testimony(None, None, Quota.UNCLEAR), Snapshot(now, None, None), {}, None)
        line = Line(StepName.WITNESSES, StepPhase.OUTCOME, {"verdict": Verdict.UNCONFIRMED}, ok=False)
        record_unconfirmed(hold, nothing, line, now)


@dataclass(frozen=True)
class _Heard:
    """What was read: the testimony, and a snapshot of the moment in case the call is to be repeated."""

    testimony: Testimony
    snapshot: Snapshot
    links: dict[str, str | None]
    """Where each media that could be the post can be looked at."""
    dead_token: InstagramError | None


def _hear(instagram: Instagram, post: Post, now: datetime) -> _Heard:
    errors: list[InstagramError] = []
    container = _read_container(instagram, post, errors)
    listed = read_listed(instagram, post.kind, errors)
    usage = _read_usage(instagram, errors)
    before = Snapshot.from_json(post.snapshot or Snapshot(now, None, None).as_json())
    fitting = None if listed is None else fitting_ids(post, listed, before)
    quota = compare_quota(before.quota_usage, usage, count_published_since(post, before.taken_at))
    if quota is not Quota.FLAT and has_others_under_way(post, before.taken_at):
        quota = Quota.UNCLEAR
    snapshot = Snapshot(now, None if listed is None else frozenset(m.ig_media_id for m in listed), usage)
    dead = next((error for error in errors if error.remedy is Remedy.RECONNECT), None)
    links = {media.ig_media_id: media.permalink for media in listed or () if media.ig_media_id in (fitting or ())}
    return _Heard(Testimony(container, fitting, quota), snapshot, links, dead)


def _read_container(instagram: Instagram, post: Post, errors: list[InstagramError]) -> ContainerCode | None:
    try:
        return instagram.read_container(post.ig_container_id or "").code
    except InstagramError as error:
        errors.append(error)
        return None


def read_listed(instagram: Instagram, kind: PostKind, errors: list[InstagramError]) -> list[Media] | None:
    """Return the account's newest media of the post's kind, None when Instagram did not say."""
    try:
        return instagram.list_stories() if kind is PostKind.STORY else instagram.list_newest_media()
    except InstagramError as error:
        errors.append(error)
        return None


def _read_usage(instagram: Instagram, errors: list[InstagramError]) -> int | None:
    try:
        return instagram.read_publishing_limit().usage
    except InstagramError as error:
        errors.append(error)
        return None


def fitting_ids(post: Post, listed: list[Media], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the listed ids that could be the post.

    Another post of ours that would fit the same ids makes any of them doubtful: then each is returned twice, so
    that no single one is ever bound.
    """
    assert post.publish_called_at is not None
    ids = [media.ig_media_id for media in listed]
    with reading() as session:
        others = select(Post).where(Post.account_id == post.account_id, Post.id != post.id)
        bound = session.scalars(others.where(Post.ig_media_id.in_(ids)).with_only_columns(Post.ig_media_id))
        captions = session.scalars(
            others.where(
                Post.kind == post.kind,
                Post.ig_media_id.is_(None),
                Post.publish_called_at.is_not(None),
                Post.state.in_([PostState.PUBLISHING, PostState.PUBLISHED, PostState.UNCONFIRMED]),
            ).with_only_columns(Post.caption)
        )
        has_rivals = any(is_alike(post.kind, caption, post.caption) for caption in captions)
        fitting = find_fitting(
            listed,
            snapshot=snapshot,
            kind=post.kind,
            caption=post.caption,
            called_at=post.publish_called_at,
            bound_elsewhere=[media_id for media_id in bound if media_id],
        )
    return fitting * 2 if has_rivals else fitting


def count_published_since(post: Post, since: datetime) -> int:
    """Return how many other posts of the account we published since then."""
    with reading() as session:
        return (
            session.scalar(
                select(func.count()).where(
                    Post.account_id == post.account_id, Post.id != post.id, Post.published_at >= since
                )
            )
            or 0
        )


def has_others_under_way(post: Post, since: datetime) -> bool:
    """Whether the quota may have moved by a post of ours that is under way, or was when the snapshot was taken."""
    with reading() as session:
        found = session.scalar(
            select(Post.id)
            .where(
                Post.account_id == post.account_id,
                Post.id != post.id,
                (Post.state == PostState.PUBLISHING)
                | ((Post.publish_called_at < since) & (Post.published_at >= since)),
            )
            .limit(1)
        )
    return found is not None


def _follow(
    post: Post, hold: Hold, heard: _Heard, judgement: Judgement, line: Line, now: datetime, *, is_token_dead: bool
) -> None:
    finished = heard.testimony.container is ContainerCode.FINISHED
    finished_seen_at = (post.finished_seen_at or now) if finished else None
    match judgement.verdict:
        case Verdict.LIVE:
            record_live(post, hold, judgement.ig_media_id, [line], now)
        case Verdict.NOT_LIVE:
            again: dict[str, Any] = {
                "state": PostState.STAGED,
                "snapshot": heard.snapshot.as_json(),
                "next_step_at": now,
            }
            record(hold, now, [line], **again)
        case Verdict.EXPIRED:
            _make_another(post, hold, line, now)
        case Verdict.LOOK_AGAIN if not is_token_dead:
            record(hold, now, [line], finished_seen_at=finished_seen_at, next_step_at=judgement.look_again_at)
        case Verdict.LOOK_AGAIN:
            record(hold, now, [line], wait=Wait.ACCOUNT, next_step_at=None)
        case Verdict.UNCONFIRMED:
            record_unconfirmed(hold, heard, line, now)


def _make_another(post: Post, hold: Hold, line: Line, now: datetime) -> None:
    lost = post.containers_lost + 1
    if lost >= CONTAINERS_AT_MOST:
        fail(hold, now, "container_failed", {}, [line])
    else:
        again: dict[str, Any] = {"state": PostState.PREPARING, "containers_lost": lost, "next_step_at": now}
        record(hold, now, [line], **again, **NO_CONTAINER)


def record_live(post: Post, hold: Hold, ig_media_id: str | None, lines: list[Line], now: datetime) -> None:
    """Write that the post is live; without an id, the link is looked for afterwards."""
    record(
        hold,
        now,
        [*lines, Line(StepName.PUBLISHED, StepPhase.NOTE, {"ig_media_id": ig_media_id})],
        state=PostState.PUBLISHED,
        ig_media_id=ig_media_id,
        published_at=post.publish_called_at,
        next_step_at=now,
        tries=0,
        reason=None,
        reason_values=None,
    )


def record_unconfirmed(hold: Hold, heard: _Heard, line: Line, now: datetime) -> None:
    """Write that only a person can tell, and what the question is about."""
    values = {
        "fitting": sorted(set(heard.testimony.fitting or ())),
        "links": heard.links,
        "container": heard.testimony.container,
    }
    record(
        hold,
        now,
        [line, Line(StepName.UNCONFIRMED, StepPhase.NOTE, values, ok=False)],
        state=PostState.UNCONFIRMED,
        reason="unconfirmed",
        reason_values=values,
        next_step_at=None,
    )
