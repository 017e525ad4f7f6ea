"""The switch that stops everything outgoing."""

from app.workspaces.pause import Pause, find_pause, pause_server, pause_workspace, resume_server, resume_workspace
from tests.clocks import FrozenClock
from tests.factories import Cast


def test_a_paused_workspace_pauses_no_other(cast: Cast, clock: FrozenClock) -> None:
    pause_workspace(cast.workspace.id, clock.now())
    assert find_pause(cast.workspace.id) is not None
    assert find_pause(cast.other_workspace.id) is None


def test_pausing_again_keeps_the_beginning(cast: Cast, clock: FrozenClock) -> None:
    began = clock.now()
    pause_workspace(cast.workspace.id, began)
    pause_server(began)
    clock.advance(minutes=5)
    pause_workspace(cast.workspace.id, clock.now())
    pause_server(clock.now())
    assert find_pause(cast.workspace.id) == Pause(began, whole_server=True)
    resume_server()
    assert find_pause(cast.workspace.id) == Pause(began, whole_server=False)


def test_the_server_resumes_and_a_workspace_that_paused_by_itself_does_not(cast: Cast, clock: FrozenClock) -> None:
    pause_workspace(cast.workspace.id, clock.now())
    pause_server(clock.now())
    resume_server()
    pause = find_pause(cast.workspace.id)
    assert pause is not None
    assert not pause.whole_server
    assert find_pause(cast.other_workspace.id) is None
    resume_workspace(cast.workspace.id)
    assert find_pause(cast.workspace.id) is None
