"""The loop that keeps what is cached of each account in step with Instagram."""

from collections.abc import Callable

from app.accounts.instagram_for import instagram_for
from app.scheduler.at_hand import AtHand
from app.sync.work import Syncer, work_on_sync


class SyncLoop:
    """Remembers where each account stands for as long as one scheduler leads."""

    def __init__(self) -> None:
        self._led_with: AtHand | None = None
        self._syncer: Syncer | None = None

    def __call__(self, at_hand: AtHand, _fence: int, may_act: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
        if self._syncer is None or self._led_with is not at_hand:
            self._led_with, self._syncer = at_hand, _make_syncer(at_hand)
        return work_on_sync(self._syncer, may_act=may_act, is_over=is_over)


def _make_syncer(at_hand: AtHand) -> Syncer:
    app, clock, keys = at_hand.instagram_app, at_hand.clock, at_hand.keys
    return Syncer(
        clock=clock,
        connect=lambda account, observe: instagram_for(account, app=app, keys=keys, clock=clock, observe=observe),
        media_dir=at_hand.config.media_dir,
        trusted_origins=(app.graph_url, app.login_url, app.upload_url),
    )
