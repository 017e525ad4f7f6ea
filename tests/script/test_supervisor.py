import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from script.launch.stop import Stop
from script.launch.supervisor import QUICK_DEATHS, Child, Supervisor
from tests.processes import free_port
from tests.waiting import wait_until

FOREVER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
FAILING = [sys.executable, "-c", "raise SystemExit('out of coffee')"]


class Said(list[str]):
    """What the supervisor told the person at the terminal."""


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def supervisor(tmp_path: Path, said: Said) -> Supervisor:
    return Supervisor(os.environ, tmp_path, said.append)


def in_background(supervisor: Supervisor) -> threading.Thread:
    thread = threading.Thread(target=supervisor.run, daemon=True)
    thread.start()
    return thread


def test_a_child_that_dies_is_started_again_and_the_person_is_told(
    supervisor: Supervisor, said: Said, tmp_path: Path
) -> None:
    child = Child("web", FOREVER, tmp_path / "web.log")
    supervisor.start(child)
    wait_until(lambda: child.log_end() == "up")
    assert child.process is not None
    first = child.process
    watching = in_background(supervisor)
    first.send_signal(signal.SIGKILL)
    wait_until(lambda: child.process is not first and "up\nup" in child.log_end())
    assert said == [f"web: exit code -9; start again in 1 s ({child.log})"]
    supervisor.is_stopping = True
    watching.join()
    supervisor.end()


def test_a_child_that_cannot_stay_alive_stops_everything_and_shows_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    steady = Child("sandbox", FOREVER, tmp_path / "sandbox.log")
    broken = Child("web", FAILING, tmp_path / "web.log", quick_deaths=QUICK_DEATHS - 1)
    supervisor.start(steady)
    supervisor.start(broken)
    with pytest.raises(Stop, match="out of coffee"):
        supervisor.run()
    supervisor.end()
    assert steady.process is not None
    assert steady.process.poll() is not None


def test_a_child_that_dies_before_it_is_ready_is_reported_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/readyz"
    with pytest.raises(Stop, match="web: exit code 1\nout of coffee"):
        supervisor.start(Child("web", FAILING, tmp_path / "web.log", nobody))


def test_start_waits_until_the_child_answers(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    slow = f"import time, http.server as h; time.sleep(0.5); h.test(h.SimpleHTTPRequestHandler, port={port})"
    child = Child("web", [sys.executable, "-c", slow], tmp_path / "web.log", f"http://127.0.0.1:{port}/")
    supervisor.start(child)
    assert "GET / " in child.log_end()
    supervisor.end()


def test_children_end_in_the_opposite_order_of_their_start(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = "import signal, sys, pathlib as p\nsignal.signal(15, lambda *_: (open({0!r}, 'a').write({1!r}), sys.exit()))"
    for name in ("sandbox", "web", "scheduler"):
        code = note.format(str(order), f"{name} ") + "\nprint('up', flush=True)\nwhile True: signal.pause()"
        supervisor.start(Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log"))
    wait_until(lambda: all(child.log_end() == "up" for child in supervisor.children))
    supervisor.end()
    assert order.read_text() == "scheduler web sandbox "


def test_a_signal_asks_to_stop(supervisor: Supervisor) -> None:
    before = signal.getsignal(signal.SIGHUP)
    others = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    supervisor.stop_on_signals()
    try:
        os.kill(os.getpid(), signal.SIGHUP)
        wait_until(lambda: supervisor.is_stopping)
        supervisor.run()
    finally:
        for number, handler in {signal.SIGHUP: before, **others}.items():
            signal.signal(number, handler)
