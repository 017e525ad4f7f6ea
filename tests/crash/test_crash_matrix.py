"""Killed anywhere, with anything going wrong at Instagram: once or in plain doubt, never twice, never lost."""

from collections.abc import Callable

import pytest

from app.publishing.models import PostKind
from tests.crash.matrix import run_every_point, run_share
from tests.crash.rig import Rig

SHARES = 3


@pytest.mark.timeout(900)
def test_killed_at_every_commit_and_call_a_reel_still_goes_live_once(rig: Rig, tell: Callable[[str], None]) -> None:
    tally = run_every_point(rig, PostKind.REEL)
    tell(f"every crash point of a reel: {tally}")
    assert tally.bad == []
    assert tally.cases > 60
    assert tally.crashed >= tally.cases * 0.9
    assert tally.states == {"published": tally.cases}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", range(SHARES))
def test_killed_while_instagram_misbehaves_a_post_is_never_doubled_or_lost(
    rig: Rig, share: int, tell: Callable[[str], None]
) -> None:
    tally = run_share(rig, PostKind, share, SHARES, crashes_each=1, seed=share)
    tell(f"crash points crossed with faults, share {share + 1} of {SHARES}: {tally}")
    assert tally.bad == []
    assert tally.cases > 60
