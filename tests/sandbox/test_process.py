"""The program: its state file, its end, many calls at once."""

import contextlib
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.processes import end_with_parent, free_port
from tests.sandbox.conftest import MediaServer
from tests.sandbox.driver import Driver, User

ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> tuple[subprocess.Popen[bytes], Driver]:
    port = free_port()
    command = [*end_with_parent(), sys.executable, "-m", "sandbox", "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().decode() == f"Sandbox: http://127.0.0.1:{port}/\n"
    driver = Driver(f"http://127.0.0.1:{port}")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            driver.control("clock")
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return process, driver
    raise AssertionError("the sandbox did not start")


def test_with_a_state_file_everything_survives_a_restart(tmp_path: Path, media: MediaServer) -> None:
    state = str(tmp_path / "demo" / "sandbox.db")
    process, driver = start("--state", state)
    driver.control("settings", {"processing_s": 0, "quota_total": 9})
    driver.advance(3600)
    user = driver.add_account()
    live = driver.live(user, media_type="REELS", video_url=media.reel, caption="Stays")
    waiting = driver.ready(user, image_url=media.picture)
    process.kill()
    process.wait(10)
    process, driver = start("--state", state)
    seen = driver.get(f"/{live}", user, fields="caption,media_url")
    assert seen["caption"] == "Stays"
    assert driver.http.get(seen["media_url"]).status_code == 200
    assert driver.publish(user, waiting).status_code == 200
    assert driver.control("settings")["quota_total"] == 9
    assert driver.control("clock")["unix"] > time.time() + 3500
    process.terminate()
    process.wait(10)


def test_a_state_file_of_another_version_is_started_over(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with contextlib.closing(sqlite3.connect(state)) as old:
        old.executescript("CREATE TABLE accounts (nonsense TEXT); PRAGMA user_version = 1;")
    process, driver = start("--state", str(state))
    assert driver.add_account().user_id
    process.terminate()
    process.wait(10)


def test_a_state_file_that_only_lacks_a_table_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    process, driver = start("--state", str(state))
    driver.add_account("alma.coffee")
    process.terminate()
    process.wait(10)
    with contextlib.closing(sqlite3.connect(state)) as old:
        old.executescript("DROP TABLE comment_likes; PRAGMA user_version = 1;")
    process, driver = start("--state", str(state))
    assert [account["username"] for account in driver.control("accounts")["data"]] == ["alma.coffee"]
    process.terminate()
    process.wait(10)


def test_it_ends_at_once_even_while_calls_hang() -> None:
    process, driver = start()
    driver.order("delay", "/me", delay_s=60)
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(lambda: requests.get(f"{driver.url}/me", timeout=20))
        deadline = time.monotonic() + 10
        while not driver.control("journal")["data"] and time.monotonic() < deadline:
            time.sleep(0.01)
        before = time.monotonic()
        process.terminate()
        process.wait(10)
        assert time.monotonic() - before < 3
        assert isinstance(hanging.exception(), requests.ConnectionError)


def test_a_hundred_slow_calls_run_at_the_same_time(driver: Driver, user: User) -> None:
    driver.control("settings", {"latency_s": 0.5})
    before = time.monotonic()
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: Driver(driver.url).call("GET", "/me", user).status_code, range(100)))
    assert set(answers) == {200}
    assert time.monotonic() - before < 10
    assert len(driver.control("journal")["data"]) == 100


def test_a_reset_takes_a_few_milliseconds(driver: Driver) -> None:
    spent = []
    for _ in range(20):
        driver.add_account()
        before = time.monotonic()
        driver.control("reset", {})
        spent.append(time.monotonic() - before)
    assert min(spent) < 0.02
