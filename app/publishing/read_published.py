"""After publishing: the link, and the media id where the answer with it was lost. Best effort; the post stays live."""

from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import AccountState
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.publishing.claims import Line, claim_post, record
from app.publishing.find_out import fitting_ids, read_listed
from app.publishing.models import Post, StepName, StepPhase
from app.publishing.publisher import Calls, Publisher
from app.publishing.rules import FINISHED_APART, LOOKS_AFTER_PUBLISHING
from app.publishing.witnesses import Snapshot


def read_published(post: Post, publisher: Publisher) -> None:
    """Look for a published post's media id and link once."""
    if post.account.state is not AccountState.CONNECTED:
        hold = claim_post(post, fence=publisher.fence, now=publisher.now())
        if hold is not None:
            record(hold, publisher.now(), next_step_at=None)
        return
    calls = Calls()
    instagram = publisher.connect(post.account, calls)
    hold = claim_post(post, fence=publisher.fence, now=publisher.now())
    if hold is None:
        return
    try:
        values = _read_link(instagram, post) if post.ig_media_id else _look_for_id(instagram, post, publisher.now())
    except InstagramError:
        values = {}
    now = publisher.now()
    is_done = values.get("permalink") is not None
    line = Line(StepName.READ_MEDIA, StepPhase.OUTCOME, calls.detail(), ok=is_done or post.ig_media_id is None)
    next_at = None if is_done else _next_look_at(post, now, soon="ig_media_id" in values)
    record(hold, now, [line], next_step_at=next_at, **values)


def _read_link(instagram: Instagram, post: Post) -> dict[str, Any]:
    return {"permalink": instagram.read_media(post.ig_media_id or "").permalink}


def _look_for_id(instagram: Instagram, post: Post, now: datetime) -> dict[str, Any]:
    """Bind the id only when the same single one fits on two looks a minute apart: lists lag, and phones post too."""
    if post.snapshot is None or post.publish_called_at is None:
        return {}
    listed = read_listed(instagram, post.kind, [])
    fitting = fitting_ids(post, listed, Snapshot.from_json(post.snapshot)) if listed else ()
    if len(fitting) != 1:
        return {"snapshot": {**post.snapshot, "seen": None}}
    seen = post.snapshot.get("seen")
    if seen and seen["id"] == fitting[0] and now - datetime.fromisoformat(seen["at"]) >= FINISHED_APART:
        return {"ig_media_id": fitting[0]}
    first = seen if seen and seen["id"] == fitting[0] else {"id": fitting[0], "at": now.isoformat()}
    return {"snapshot": {**post.snapshot, "seen": first}}


def _next_look_at(post: Post, now: datetime, *, soon: bool) -> datetime | None:
    """Return when to look again; None after the last time."""
    if soon:
        return now
    since = post.published_at or now
    later = (since + after for after in LOOKS_AFTER_PUBLISHING)
    return next((at for at in later if at > now + timedelta(seconds=1)), None)
