"""Operators, Instagram, clocks, crashes and other schedulers in any order: no promise breaks."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from app.config import Config
from app.crypto import KeyRing
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.media_files import MediaFiles
from tests.publishing.adversary import AdversaryWorld
from tests.publishing.marked_files import MarkedFiles
from tests.publishing.publishing_machine import PublishingMachine
from tests.sandbox_server import SandboxServer


@pytest.fixture
def world(
    database: Database,
    config: Config,
    keys: KeyRing,
    clock: FrozenClock,
    sandbox: SandboxServer,
    media_files: MediaFiles,
) -> Iterator[AdversaryWorld]:
    """What the machine acts on; each run begins it anew."""
    files = MarkedFiles({"mp4": media_files.reel(), "jpg": media_files.picture()})
    yield AdversaryWorld(config, keys, clock, sandbox, files)
    files.close()


def attack(world: AdversaryWorld, *, runs: int, steps: int, is_repeatable: bool) -> None:
    """Run the machine; a failure tells the rules that led there."""

    class Machine(PublishingMachine):
        pass

    Machine.world = world
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=is_repeatable,
            database=None,
            phases=[Phase.generate] if is_repeatable else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)
def test_no_order_of_events_breaks_a_promise(
    world: AdversaryWorld, tell: Callable[[str], None], database: Database
) -> None:
    attack(world, runs=25 if database.backend == "sqlite" else 6, steps=30, is_repeatable=True)
    tell(f"state machine: {dict(sorted(world.told.items()))}")


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_no_order_of_events_breaks_a_promise_however_long_one_tries(
    world: AdversaryWorld, tell: Callable[[str], None]
) -> None:
    attack(world, runs=600, steps=60, is_repeatable=False)
    tell(f"state machine: {dict(sorted(world.told.items()))}")
