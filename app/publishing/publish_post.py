"""Publishing a staged post: a snapshot for the witnesses shortly before, and one call at the due second."""

from datetime import datetime, timedelta
from typing import Any

from app.instagram.client import Instagram
from app.instagram.errors import InstagramError, Remedy
from app.publishing.claims import Hold, Line, claim_post, record
from app.publishing.models import Post, PostKind, PostState, StepName, StepPhase, Wait
from app.publishing.prepare_post import find_obstacle, follow
from app.publishing.publisher import Calls, Publisher, error_detail
from app.publishing.rules import (
    CONTAINER_LIFE,
    LOOKS_AFTER_PUBLISHING,
    QUOTA_PAUSE,
    SNAPSHOT_AHEAD,
    SNAPSHOT_LIFE,
    Next,
    after_publish_error,
    first_step_at,
)
from app.publishing.stand_still import NO_CONTAINER, stand_still
from app.publishing.witnesses import Snapshot


def publish_post(post: Post, publisher: Publisher) -> None:
    """Move a staged post one step on.

    1. Whatever only the operator can mend, or needs time, makes it stand still, visibly.
    2. A container that ends before the post is due goes back to preparing, at its time.
    3. Shortly before the due time, the snapshot is taken.
    4. At the due time, the intention is written and `media_publish` called.
    """
    now = publisher.now()
    assert post.due_at is not None
    assert post.container_created_at is not None
    if (obstacle := find_obstacle(post, now)) is not None:
        wait, at = obstacle
        stand_still(post, publisher, wait, at)
    elif max(now, post.due_at) - post.container_created_at > CONTAINER_LIFE:
        _prepare_again(post, publisher)
    elif now < post.due_at - SNAPSHOT_AHEAD:
        _come_back(post, publisher, post.due_at - SNAPSHOT_AHEAD)
    elif not _has_fresh_snapshot(post, now):
        take_snapshot(post, publisher)
    elif now < post.due_at:
        _come_back(post, publisher, post.due_at)
    elif publisher.may_act():
        _publish(post, publisher)


def take_snapshot(post: Post, publisher: Publisher) -> None:
    """Read what is on Instagram now. What cannot be read is left open: it never keeps a post from going out."""
    assert post.due_at is not None
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    hold = claim_post(post, fence=publisher.fence, now=publisher.now(), wait=None)
    if hold is None:
        return
    taken_at = publisher.now()
    media_ids, problem = _read_media_ids(instagram, post.kind)
    usage, total = _read_quota(instagram)
    now = publisher.now()
    line = Line(StepName.SNAPSHOT, StepPhase.OUTCOME, calls.detail(quota_usage=usage, quota_total=total))
    if problem is not None and problem.remedy is Remedy.RECONNECT:
        decision = after_publish_error(problem, 1, post.tries, post.containers_lost, now, 0)
        follow(post, hold, decision, problem, [line], publisher)
        return
    snapshot = Snapshot(taken_at, media_ids, usage).as_json()
    if usage is not None and total is not None and usage >= total:
        quota = {"quota_usage": usage, "quota_total": total}
        values: dict[str, Any] = {"wait": Wait.QUOTA, "reason": "quota_used_up", "reason_values": quota}
        record(hold, now, [line], snapshot=None, next_step_at=now + QUOTA_PAUSE, **values)
    else:
        record(hold, now, [line], snapshot=snapshot, wait=None, next_step_at=max(now, post.due_at))


def _has_fresh_snapshot(post: Post, now: datetime) -> bool:
    if post.snapshot is None:
        return False
    return timedelta(0) <= now - Snapshot.from_json(post.snapshot).taken_at < SNAPSHOT_LIFE


def _read_media_ids(instagram: Instagram, kind: PostKind) -> tuple[frozenset[str] | None, InstagramError | None]:
    try:
        listed = instagram.list_stories() if kind is PostKind.STORY else instagram.list_newest_media()
        return frozenset(media.ig_media_id for media in listed), None
    except InstagramError as error:
        return None, error


def _read_quota(instagram: Instagram) -> tuple[int | None, int | None]:
    try:
        limit = instagram.read_publishing_limit()
        return limit.usage, limit.total
    except InstagramError:
        return None, None


def _prepare_again(post: Post, publisher: Publisher) -> None:
    now = publisher.now()
    assert post.due_at is not None
    hold = claim_post(post, fence=publisher.fence, now=now)
    if hold is not None:
        next_step_at = first_step_at(post.due_at, now)
        record(hold, now, state=PostState.PREPARING, next_step_at=next_step_at, **NO_CONTAINER)


def _come_back(post: Post, publisher: Publisher, at: datetime) -> None:
    now = publisher.now()
    hold = claim_post(post, fence=publisher.fence, now=now)
    if hold is not None:
        record(hold, now, next_step_at=at)


def _publish(post: Post, publisher: Publisher) -> None:
    """Call `media_publish`, the intention written before and the outcome after. No transaction is open meanwhile."""
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    now = publisher.now()
    intention = Line(StepName.PUBLISH, StepPhase.INTENTION, {"container": post.ig_container_id})
    hold = claim_post(
        post,
        fence=publisher.fence,
        now=now,
        moves_to=PostState.PUBLISHING,
        lines=[intention],
        publish_called_at=now,
        publish_calls=post.publish_calls + 1,
        finished_seen_at=None,
        next_step_at=now,
        wait=None,
    )
    if hold is None or not publisher.may_act():
        return  # claimed, but too long ago to be sure of the lease: the witnesses will say that nothing happened
    try:
        ig_media_id = instagram.publish_container(post.ig_container_id or "")
    except InstagramError as error:
        _after_publish_error(post, hold, error, calls, publisher)
        return
    now = publisher.now()
    record(
        hold,
        now,
        [Line(StepName.PUBLISH, StepPhase.OUTCOME, calls.detail(ig_media_id=ig_media_id))],
        state=PostState.PUBLISHED,
        ig_media_id=ig_media_id,
        published_at=now,
        next_step_at=now + LOOKS_AFTER_PUBLISHING[0],
        tries=0,
        reason=None,
        reason_values=None,
    )


def _after_publish_error(post: Post, hold: Hold, error: InstagramError, calls: Calls, publisher: Publisher) -> None:
    now = publisher.now()
    outcome = Line(StepName.PUBLISH, StepPhase.OUTCOME, calls.detail(**error_detail(error)), ok=False)
    decision = after_publish_error(
        error, post.publish_calls + 1, post.tries, post.containers_lost, now, publisher.jitter()
    )
    if decision.next in {Next.WAIT, Next.RETRY}:
        # Surely not carried out: it may simply be called again, with a snapshot of its own.
        back_to: dict[str, Any] = {"state": PostState.STAGED, "snapshot": None, "publish_calls": post.publish_calls}
        follow(post, hold, decision, error, [outcome], publisher, **back_to)
    else:
        follow(post, hold, decision, error, [outcome], publisher)
