"""Preparing a post: its container at Instagram is made, and watched until only publishing is left."""

from datetime import datetime
from typing import Any

from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import AccountState
from app.assets.models import AssetKind, AssetState
from app.instagram.client import Instagram
from app.instagram.container import ContainerCode, ContainerStatus
from app.instagram.errors import InstagramError, error_from_container
from app.publishing.claims import Hold, Line, claim_post, record
from app.publishing.models import Post, PostKind, PostState, StepName, StepPhase, Wait
from app.publishing.publisher import MEDIA_LINK_LIFE, Calls, Publisher, error_detail
from app.publishing.rules import (
    CONTAINER_PATIENCE,
    CONTAINERS_AT_MOST,
    FILE_PAUSE,
    Decision,
    Next,
    after_create_error,
    after_read_error,
    backoff,
    is_too_late,
    next_poll_at,
    snapshot_at,
)
from app.publishing.stand_still import NO_CONTAINER, fail, hold_account, stand_still


def prepare_post(post: Post, publisher: Publisher) -> None:
    """Move a scheduled or preparing post one step on.

    1. Whatever only the operator can mend, or needs time, makes it stand still, visibly.
    2. Without a container: write the intention, make one, write its id.
    3. With a container: read its status once; it is never waited for here.
    """
    now = publisher.now()
    if (obstacle := find_obstacle(post, now)) is not None:
        wait, at = obstacle
        stand_still(post, publisher, wait, at)
    elif post.ig_container_id is None:
        _make_container(post, publisher)
    else:
        _read_container(post, publisher)


def find_obstacle(post: Post, now: datetime) -> tuple[Wait, datetime | None] | None:
    """Return why an unpublished post cannot move on now, and when to look again (None: when somebody acts)."""
    assert post.due_at is not None
    if is_too_late(post.due_at, post.grace_seconds, now):
        return Wait.LATE, None
    account = post.account
    if account.state is not AccountState.CONNECTED:
        return Wait.ACCOUNT, None
    if account.hold_until is not None and account.hold_until > now:
        return Wait.LIMIT, account.hold_until
    files = [*post.media, *([post.cover] if post.cover else [])]
    if any(asset.state is AssetState.REFUSED for asset in files):
        return Wait.FILE, None
    if not files or any(asset.state is not AssetState.READY for asset in files):
        return Wait.FILE, now + FILE_PAUSE
    return None


def _make_container(post: Post, publisher: Publisher) -> None:
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    now = publisher.now()
    intention = Line(StepName.CREATE_CONTAINER, StepPhase.INTENTION, {"kind": post.kind})
    hold = claim_post(post, fence=publisher.fence, now=now, moves_to=PostState.PREPARING, lines=[intention], wait=None)
    if hold is None:
        return
    try:
        container_id = _create(instagram, post, publisher)
    except InstagramError as error:
        _after_create_error(post, hold, error, calls, publisher)
        return
    now = publisher.now()
    record(
        hold,
        now,
        [Line(StepName.CREATE_CONTAINER, StepPhase.OUTCOME, calls.detail(container=container_id))],
        ig_container_id=container_id,
        container_created_at=now,
        tries=0,
        reason=None,
        reason_values=None,
        next_step_at=next_poll_at(now, now),
    )


def _create(instagram: Instagram, post: Post, publisher: Publisher) -> str:
    """Make the container for the post's kind and return its id."""
    until = publisher.now() + MEDIA_LINK_LIFE
    urls = [publisher.link_to(asset, until) for asset in post.media]
    match post.kind:
        case PostKind.REEL:
            return instagram.create_reel(
                urls[0],
                caption=post.caption,
                share_to_feed=post.share_to_feed,
                cover_url=publisher.link_to(post.cover, until) if post.cover else None,
                thumb_offset_ms=None if post.cover else post.thumb_offset_ms,
            )
        case PostKind.IMAGE:
            return instagram.create_image(urls[0], caption=post.caption)
        case PostKind.STORY:
            is_video = post.media[0].kind is AssetKind.VIDEO
            return instagram.create_story(**{"video_url" if is_video else "image_url": urls[0]})


def _after_create_error(post: Post, hold: Hold, error: InstagramError, calls: Calls, publisher: Publisher) -> None:
    now = publisher.now()
    outcome = Line(StepName.CREATE_CONTAINER, StepPhase.OUTCOME, calls.detail(**error_detail(error)), ok=False)
    decision = after_create_error(error, post.tries, post.containers_lost, now, publisher.jitter())
    follow(post, hold, decision, error, [outcome], publisher)


def _read_container(post: Post, publisher: Publisher) -> None:
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    hold = claim_post(post, fence=publisher.fence, now=publisher.now(), wait=None)
    if hold is None:
        return
    try:
        status = instagram.read_container(post.ig_container_id or "")
    except InstagramError as error:
        now = publisher.now()
        outcome = Line(StepName.READ_CONTAINER, StepPhase.OUTCOME, calls.detail(**error_detail(error)), ok=False)
        follow(post, hold, after_read_error(error, post.tries, now, publisher.jitter()), error, [outcome], publisher)
        return
    _after_status(post, hold, status, calls, publisher)


def _after_status(post: Post, hold: Hold, status: ContainerStatus, calls: Calls, publisher: Publisher) -> None:
    now = publisher.now()
    assert post.due_at is not None
    assert post.container_created_at is not None
    is_bad = status.code in {ContainerCode.ERROR, ContainerCode.EXPIRED}
    outcome = Line(StepName.READ_CONTAINER, StepPhase.OUTCOME, calls.detail(status=status.code), ok=not is_bad)
    if status.code is ContainerCode.FINISHED:
        record(
            hold,
            now,
            [outcome],
            state=PostState.STAGED,
            staged_at=now,
            tries=0,
            reason=None,
            reason_values=None,
            next_step_at=snapshot_at(post.due_at, now),
        )
    elif status.code is ContainerCode.PUBLISHED:
        # Only a scheduler that lost its lease in mid-call can have done this. It is live: never again.
        record(hold, now, [outcome], state=PostState.PUBLISHING, publish_called_at=now, next_step_at=now)
    elif is_bad:
        error = error_from_container(status)
        decision = after_create_error(error, post.tries, post.containers_lost, now, publisher.jitter())
        if decision.next is Next.RETRY:  # the container is spoilt: trying again means a new one
            lost = post.containers_lost + 1
            again = lost < CONTAINERS_AT_MOST
            decision = Decision(Next.NEW_CONTAINER, at=now + backoff(lost, 0)) if again else Decision(Next.FAIL)
        follow(post, hold, decision, error, [outcome], publisher)
    elif now - post.container_created_at > CONTAINER_PATIENCE:
        _give_container_up(post, hold, outcome, publisher)
    else:
        record(hold, now, [outcome], tries=0, next_step_at=next_poll_at(post.container_created_at, now))


def _give_container_up(post: Post, hold: Hold, outcome: Line, publisher: Publisher) -> None:
    now = publisher.now()
    lost = post.containers_lost + 1
    if lost >= CONTAINERS_AT_MOST:
        fail(hold, now, "container_never_ready", {}, [outcome])
    else:
        record(hold, now, [outcome], containers_lost=lost, tries=0, next_step_at=now, **NO_CONTAINER)


def follow(
    post: Post,
    hold: Hold,
    decision: Decision,
    error: InstagramError,
    lines: list[Line],
    publisher: Publisher,
    **values: Any,
) -> None:
    """Do what was decided after an error; `values` are written along where the post goes on."""
    now = publisher.now()
    if decision.reconnect_account and not mark_reconnect(
        post.account_id, error.key, now, token_issued_at=post.account.token_issued_at
    ):
        # The token was renewed meanwhile, or the account is gone: the next look will tell.
        decision = Decision(Next.RETRY, at=now + backoff(post.tries, publisher.jitter()))
    values |= {"reason": error.key, "reason_values": error_detail(error), "next_step_at": decision.at}
    if decision.hold_account_until is not None:
        hold_account(post.account_id, decision.hold_account_until)
    match decision.next:
        case Next.FAIL:
            fail(hold, now, error.key, error_detail(error), lines)
        case Next.WAIT:
            record(hold, now, lines, wait=decision.wait, **values)
        case Next.NEW_CONTAINER:
            lost = post.containers_lost + 1
            values |= {**NO_CONTAINER, "state": PostState.PREPARING}
            record(hold, now, lines, containers_lost=lost, tries=0, **values)
        case Next.POLL_AGAIN:
            record(hold, now, lines, **{**values, "state": PostState.PREPARING})
        case Next.RETRY:
            record(hold, now, lines, tries=post.tries + 1, **values)
        case Next.FIND_OUT:
            record(hold, now, lines, **values)
