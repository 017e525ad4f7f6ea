"""The adversary: whatever operators, Instagram, clocks and other schedulers do, in any order, no promise is broken."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from app import db
from app.accounts.models import Account
from app.assets.models import Asset, AssetState
from app.publishing.content import PostContent
from app.publishing.delete_post import delete_post
from app.publishing.due_posts import forget_future_looks, list_due_posts
from app.publishing.due_time import DueTime
from app.publishing.models import Post, PostKind, PostState
from app.publishing.order_post import (
    cancel_post,
    check_now,
    confirm_live,
    publish_again,
    restore_post,
    retry_post,
    take_back_post,
)
from app.publishing.save_post import publish_now, reschedule_post, save_draft, schedule_post
from app.workspaces.pause import find_pause, pause_server, pause_workspace, resume_server, resume_workspace
from tests.crash.matrix import ANYWHERE, AT_PUBLISH, CALLS, DEAD, THROTTLED
from tests.publishing.adversary import MIDWAY, UNFINISHED, AdversaryWorld, Known, describe, is_excused

POSTS_AT_MOST = 5
CLOCK_OFF_AT_MOST = 7200
CAPTIONS = ("Раф с облепихой", "Раф с  облепихой", "Новый сезон")
REFUSALS = (
    {"code": 9007, "error_subcode": 2207027, "message": "not ready"},
    {"code": 24, "error_subcode": 2207006, "message": "not found"},
    {"code": 36004, "error_subcode": 2207010, "message": "too long"},
    {"code": 9, "error_subcode": 2207042, "message": "quota"},
    {"code": 999, "message": "never seen before"},
    DEAD,
    THROTTLED,
)
GONE_WRONG = (
    *(({**CALLS[call], **fault},) for call in CALLS for fault in ANYWHERE if fault["action"] != "delay"),
    *(({**CALLS[call], "action": "error", "status": 400, "error": error},) for call in CALLS for error in REFUSALS),
    *(({**CALLS["status"], "action": "unreadable", "delay_s": delay},) for delay in (20, 900)),
)
AT_PUBLISHING = (
    *([tuple({**CALLS["publish"], "action": action} for action in ("foreign_post", "drop_request"))] * 8),
    *(tuple({**CALLS["publish"], **fault} for fault in faults) for faults in AT_PUBLISH),
    *(({**CALLS["publish"], **fault},) for fault in ANYWHERE if fault["action"] != "delay"),
    *(({**CALLS["publish"], "action": "error", "status": 400, "error": error},) for error in REFUSALS),
)

ORDERS = ("cancel", "take_back", "restore", "restore", "retry", "retry", "retry", "reschedule", "reschedule", "delete")
posts = st.integers(0, POSTS_AT_MOST - 1)
accounts = st.integers(0, 1)


class PublishingMachine(RuleBasedStateMachine):
    """Rules are what anybody may do; invariants are what the engine has promised."""

    world: AdversaryWorld

    @initialize()
    def begin(self) -> None:
        self.clock_off = 0.0
        self.world.begin()
        self.world.told["runs"] += 1
        for account, kind, minutes in ((0, PostKind.IMAGE, 0), (0, PostKind.IMAGE, 1), (1, PostKind.STORY, 10)):
            self.write(account, kind, CAPTIONS[0], minutes, False)

    # The operator

    @precondition(lambda self: len(self.world.posts) < POSTS_AT_MOST)
    @rule(
        account=accounts,
        kind=st.sampled_from([PostKind.IMAGE, PostKind.IMAGE, PostKind.STORY, PostKind.REEL]),
        caption=st.sampled_from(CAPTIONS),
        minutes=st.sampled_from([0, 0, 1, 10, 30]),
        is_late=st.booleans(),
    )
    def write(self, account: int, kind: PostKind, caption: str, minutes: int, is_late: bool) -> None:
        file = self.world.make_file(
            len(self.world.posts), kind, AssetState.CHECKING if is_late and minutes else AssetState.READY
        )
        content = PostContent(self.world.accounts[account].id, kind, caption, (file.id,))
        made = (
            self.world.order(schedule_post, content, self._due_in(minutes))
            if minutes
            else self.world.order(publish_now, content)
        )
        if made is not None:
            self.world.posts[made.id] = Known(file.original_path or "", made.account_id)

    @rule(nth=posts, caption=st.sampled_from(CAPTIONS), account=accounts, how=st.sampled_from(["draft", "plan", "now"]))
    def edit(self, nth: int, caption: str, account: int, how: str) -> None:
        if (post := self._post(nth)) is not None:
            self._edit(post.id, caption, account, how)

    @rule(nth=posts, order=st.sampled_from(ORDERS))
    def order(self, nth: int, order: str) -> None:
        if (post := self._post(nth)) is not None:
            self._order(order, post.id)

    @precondition(lambda self: any(post.state is PostState.UNCONFIRMED for post in self.world.rows()))
    @rule(answer=st.sampled_from(["check_now", "confirm", "confirm_which", "publish_again", "delete", "edit"]))
    def answer(self, answer: str) -> None:
        post = next(post for post in self.world.rows() if post.state is PostState.UNCONFIRMED)
        self._answer(answer, post)

    @precondition(lambda self: find_pause(self.world.workspace.id) is None)
    @rule(whole_server=st.booleans())
    def pause(self, whole_server: bool) -> None:
        if whole_server:
            pause_server(self.world.clock.now())
        else:
            pause_workspace(self.world.workspace.id, self.world.clock.now())

    @precondition(lambda self: find_pause(self.world.workspace.id) is not None)
    @rule()
    def resume(self) -> None:
        resume_server()
        resume_workspace(self.world.workspace.id)

    @rule(nth=accounts, what=st.sampled_from(["connect", "connect", "disconnect", "revoke"]))
    def change_account(self, nth: int, what: str) -> None:
        self._change_account(nth, what)

    @rule(what=st.sampled_from(["finish_files", "refuse_files", "examine_files_again"]))
    def change_files(self, what: str) -> None:
        getattr(self.world, what)()

    # The engine

    @rule()
    def tick(self) -> None:
        for due in list_due_posts(self.world.clock.now()):
            self.world.step(due.post_id)

    @rule(steps=st.integers(1, 8))
    def go_on(self, steps: int) -> None:
        self._go_on(steps)

    @rule(steps=st.integers(8, 30), faults=st.sampled_from(AT_PUBLISHING))
    def go_on_although_publishing_goes_wrong(self, steps: int, faults: tuple[dict[str, Any], ...]) -> None:
        self.go_wrong(faults, 1)
        self._go_on(steps)

    @rule(nth=posts, where=st.sampled_from(MIDWAY))
    def crash(self, nth: int, where: str) -> None:
        self._interrupt(nth, where, "take_over")

    def _go_on(self, steps: int) -> None:
        for _ in range(steps):
            coming = [(post.next_step_at, post.id) for post in self.world.rows() if post.next_step_at]
            if not coming:
                return
            at, post_id = min(coming)
            self.world.move(max(0.0, (at - self.world.clock.now()).total_seconds()))
            self.world.step(post_id)

    @rule(
        nth=posts,
        where=st.sampled_from(MIDWAY),
        what=st.sampled_from(
            [
                *("cancel", "take_back", "delete", "reschedule", "draft", "pause", "tick"),
                *("connect", "disconnect", "revoke"),
            ]
        ),
    )
    def step_interrupted(self, nth: int, where: str, what: str) -> None:
        self._interrupt(nth, where, what)

    def _interrupt(self, nth: int, where: str, what: str) -> None:
        coming = [post for post in self.world.rows() if post.next_step_at is not None]
        if not coming:
            return
        post = coming[nth % len(coming)]
        assert post.next_step_at is not None
        self.world.move(max(0.0, (post.next_step_at - self.world.clock.now()).total_seconds()))
        self.world.come_between(where, partial(self._do, what, post))
        self.world.step(post.id)

    @rule(nth=posts)
    def step_of_an_overtaken_engine(self, nth: int) -> None:
        post = self._post(nth)
        if post is None:
            return
        self.world.take_over()
        before = describe(post)
        self.world.step(post.id, fence=self.world.fence - 1)
        after = self.world.find(post.id)
        assert after is not None
        assert describe(after) == before

    # Instagram, and time

    @rule(faults=st.sampled_from(GONE_WRONG), times=st.sampled_from([1, 1, 2]))
    def go_wrong(self, faults: tuple[dict[str, Any], ...], times: int) -> None:
        for fault in faults:
            self.world.sandbox.call("POST", "/faults", {"times": times, **fault})
            self.world.faults_seen.add(fault["action"])

    @rule(total=st.sampled_from([0, 1, 100]))
    def change_quota(self, total: int) -> None:
        self.world.sandbox.settings(quota_total=total)

    @rule(seconds=st.sampled_from([1, 20, 70, 300, 1200]))
    def let_time_pass(self, seconds: int) -> None:
        self.world.move(seconds)

    @rule(seconds=st.sampled_from([-3600, -300, 300, 3600]))
    def set_clock(self, seconds: int) -> None:
        if abs(self.clock_off + seconds) > CLOCK_OFF_AT_MOST:
            return
        self.clock_off += seconds
        self.world.clock.advance(seconds)
        if seconds < 0:
            forget_future_looks(self.world.clock.now())

    # What was promised

    @invariant()
    def all_promises_hold(self) -> None:
        self.check_promises()

    def check_promises(self) -> None:
        self.nothing_is_published_more_often_than_ordered()
        self.each_row_tells_the_truth()
        self.no_media_belongs_to_two_posts()
        self.whatever_stands_still_waits_for_somebody()
        self.logs_only_grow()

    def nothing_is_published_more_often_than_ordered(self) -> None:
        live = self.world.live()
        for post_id, known in self.world.posts.items():
            count = live[known.name]
            assert count <= 1 + known.again, f"post {post_id} is live {count} times"
            if known.quiet_at is not None:
                assert count == known.quiet_at, f"post {post_id} went live after it was taken out of the queue"

    def each_row_tells_the_truth(self) -> None:
        live, shown = self.world.live(), self.world.names_by_media()
        for post in self.world.rows():
            known = self.world.posts[post.id]
            count = live[known.name]
            if post.state is PostState.PUBLISHED:
                assert count or known.is_confirmed, f"said to be live and is not: {describe(post)}"
                if post.ig_media_id and not known.is_confirmed and not self._is_fooled():
                    assert shown.get(post.ig_media_id) == known.name, f"bound to another's media: {describe(post)}"
            elif post.state not in {PostState.PUBLISHING, PostState.UNCONFIRMED}:
                assert count <= known.again, f"said not to be live and is: {describe(post)}"

    def no_media_belongs_to_two_posts(self) -> None:
        bound = [post.ig_media_id for post in self.world.rows() if post.ig_media_id]
        assert len(bound) == len(set(bound))

    def whatever_stands_still_waits_for_somebody(self) -> None:
        for post, account, files in self._with_account_and_files():
            if post.state not in UNFINISHED:
                assert post.next_step_at is None or post.state is PostState.PUBLISHED, describe(post)
                assert post.wait is None or post.state is PostState.PUBLISHED, describe(post)
            elif post.next_step_at is None:
                assert is_excused(post, account, files), f"forgotten: {describe(post)}"

    def logs_only_grow(self) -> None:
        for post in self.world.rows():
            known = self.world.posts[post.id]
            log = self.world.log_of(post.id)
            assert log[: len(known.log)] == known.log
            self.world.told.update(f"wrote {line[2]}" for line in log[len(known.log) :])
            known.log = log

    def teardown(self) -> None:
        if not hasattr(self, "clock_off"):
            return
        self.world.calm_down()
        self.world.run_to_rest()
        self.check_promises()
        for post in self.world.rows():
            self.world.told[f"ended {post.state}{f' ({post.wait})' if post.wait else ''}"] += 1

    # How the rules do it

    def _post(self, nth: int) -> Post | None:
        rows = self.world.rows()
        return rows[nth % len(rows)] if rows else None

    def _is_fooled(self) -> bool:
        """Whether the same was posted from the phone while lists lagged: nobody could tell the two apart."""
        return {"foreign_post", "late_list"} <= self.world.faults_seen

    def _with_account_and_files(self) -> Iterator[tuple[Post, Account, list[Asset]]]:
        for row in self.world.rows():
            with db.every_workspace(), db.reading() as session:
                post = session.get_one(Post, row.id, populate_existing=True)
                yield post, post.account, post.media

    def _due_in(self, minutes: int) -> DueTime:
        at = (self.world.clock.now() + timedelta(minutes=minutes)).replace(microsecond=0)
        return DueTime((at + timedelta(hours=5)).replace(tzinfo=None), "Asia/Almaty", 0, at)

    def _edit(self, post_id: int, caption: str, account: int, how: str) -> None:
        post = self.world.find(post_id)
        if post is None:
            return
        with db.every_workspace(), db.reading() as session:
            asset_ids = tuple(asset.id for asset in session.get_one(Post, post_id).media)
        content = PostContent(self.world.accounts[account].id, post.kind, caption, asset_ids)
        match how:
            case "draft":
                self._take_out(post_id, save_draft, content, post_id=post_id)
            case "plan":
                self._put_in(post_id, schedule_post, content, self._due_in(5), post_id=post_id)
            case _:
                self._put_in(post_id, publish_now, content, post_id=post_id)

    def _order(self, order: str, post_id: int) -> None:
        match order:
            case "cancel":
                self._take_out(post_id, cancel_post, post_id)
            case "take_back":
                self._take_out(post_id, take_back_post, post_id)
            case "restore":
                self._put_in(post_id, restore_post, post_id)
            case "retry":
                self._put_in(post_id, retry_post, post_id)
            case "reschedule":
                self._put_in(post_id, reschedule_post, post_id, self._due_in(3))
            case "delete":
                self._take_out(post_id, self._delete, post_id)

    def _answer(self, answer: str, post: Post) -> None:
        known = self.world.posts[post.id]
        match answer:
            case "check_now":
                self.world.order(check_now, post.id)
            case "confirm":
                known.is_confirmed |= self.world.order(confirm_live, post.id) is not None
            case "confirm_which":
                for media_id in (post.reason_values or {}).get("fitting", []):
                    done = self.world.order(confirm_live, post.id, ig_media_id=media_id)
                    known.is_confirmed |= done is not None
            case "publish_again":
                known.again += self.world.order(publish_again, post.id) is not None
            case "delete":
                assert self.world.order(self._delete, post.id) is None, "what may be live must not be deleted"
            case "edit":
                self._edit(post.id, CAPTIONS[0], 0, "now")
                found = self.world.find(post.id)
                assert found is not None
                assert found.state is PostState.UNCONFIRMED, "what may be live must not be edited"

    def _delete(self, post_id: int, *, user_id: int, clock: object) -> bool:
        delete_post(post_id, media_dir=self.world.config.media_dir)
        return True

    def _take_out(self, post_id: int, use_case: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
        if self.world.order(use_case, *args, **kwargs) is not None:
            known = self.world.posts[post_id]
            known.quiet_at = self.world.live()[known.name]

    def _put_in(self, post_id: int, use_case: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
        known = self.world.posts[post_id]
        was_quiet_at, known.quiet_at = known.quiet_at, None
        if self.world.order(use_case, *args, **kwargs) is None:
            known.quiet_at = was_quiet_at

    def _change_account(self, nth: int, what: str) -> None:
        account = self.world.accounts[nth]
        getattr(self.world, what)(account)
        if what == "revoke":
            self.world.faults_seen.add("revoked")

    def _do(self, what: str, post: Post) -> None:
        """Something that comes between two halves of a step."""
        nth = next(n for n, account in enumerate(self.world.accounts) if account.id == post.account_id)
        match what:
            case "take_over":
                self.world.take_over()
            case "connect" | "disconnect" | "revoke":
                self._change_account(nth, what)
            case "pause":
                self.pause(False)
            case "draft":
                self._edit(post.id, CAPTIONS[0], nth, "draft")
            case "tick":
                self.tick()
            case _:
                self._order(what, post.id)
