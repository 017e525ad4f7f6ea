"""A post of yesterday that did not go out: Instagram could not fetch its video, and the log tells all of it."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app import db
from app.accounts.instagram_for import instagram_for
from app.accounts.models import Account
from app.assets.models import Asset
from app.assets.public_links import media_url
from app.assets.work import work_on_assets
from app.clock import Clock
from app.config import Config
from app.crypto import KeyRing
from app.demo.past import PastClock, back_at
from app.demo.posts import Author, Planner, evening, upload_drawing
from app.demo.reel_drawing import Drawing
from app.demo.sandbox import Sandbox
from app.instagram.client import Instagram, Observer
from app.instagram_app import instagram_app_from
from app.publishing.advance_post import advance_post
from app.publishing.claims import SCHEDULER_LEASE
from app.publishing.models import Post
from app.publishing.publisher import Publisher
from app.scheduler.models import Lease

CREAM = Drawing(seconds=4, width=720, height=1280, fps=24, top=(252, 232, 214), bottom=(214, 128, 132))
CAPTION = "Жаңа сусын: таңқурай қосылған латте. Сегодня — два по цене одного.\n\n#алмакофе #almaty"
WRITTEN_BEFORE = timedelta(hours=1)
STEPS_AT_MOST = 60
LOOK_SECONDS = 0.1


def add_failed_post(author: Author, config: Config, sandbox: Sandbox, clock: Clock) -> None:
    """Write a post for yesterday evening and let the real steps bring it to its end, on a clock of yesterday.

    Nothing while a scheduler is at work: the post would only be late.
    """
    fence = _free_fence(clock)
    if fence is None:
        return
    due = evening(config, clock, days=-1)
    written = due.replace(tzinfo=ZoneInfo(config.timezone)).astimezone(UTC) - WRITTEN_BEFORE
    sandbox.fetch_from_here(is_allowed=False)
    try:
        with back_at(written, sandbox, clock) as past:
            post = _plan(author, config, past, due, fence)
            _run(post.id, _publisher(config, past, fence), past)
    finally:
        sandbox.fetch_from_here(is_allowed=True)


def _free_fence(clock: Clock) -> int | None:
    """Return the number under which steps may be done while nobody leads; whoever leads next has a higher one."""
    with db.transaction() as session:
        lease = session.get(Lease, SCHEDULER_LEASE)
        if lease is None:
            lease = Lease(name=SCHEDULER_LEASE, holder="", fence=1, beat=0, heartbeat_at=clock.now())
            session.add(lease)
        return None if lease.holder else lease.fence


def _plan(author: Author, config: Config, past: PastClock, due: datetime, fence: int) -> Post:
    video = upload_drawing("latte.mp4", CREAM, author, config, past)
    work_on_assets(config.media_dir, clock=past, fence=fence)
    return Planner(author, config.timezone, past).schedule("demo-4", CAPTION, video, due)


def _publisher(config: Config, past: PastClock, fence: int) -> Publisher:
    app, keys = instagram_app_from(config), KeyRing(config.encryption_keys)

    def connect(account: Account, observe: Observer) -> Instagram:
        return instagram_for(account, app=app, keys=keys, clock=past, observe=observe)

    def link_to(asset: Asset, until: datetime) -> str:
        return media_url(asset, until, config)

    return Publisher(clock=past, fence=fence, may_act=lambda: True, connect=connect, link_to=link_to)


def _run(post_id: int, publisher: Publisher, past: PastClock) -> None:
    """Do step after step, each at its time, until nothing is left to do."""
    for _ in range(STEPS_AT_MOST):
        at = _next_step_at(post_id)
        if at is None:
            return
        past.move_to(at)
        advance_post(post_id, publisher)
        time.sleep(LOOK_SECONDS)  # the sandbox fetches and examines in real time


def _next_step_at(post_id: int) -> datetime | None:
    with db.reading() as session:
        return session.get_one(Post, post_id, populate_existing=True).next_step_at
