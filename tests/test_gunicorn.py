"""The web server's own start: a wrong setting ends it at once, instead of a worker that dies again and again."""

import os
import subprocess
import sys

from app.config import PROJECT_DIR
from tests.processes import end_with_parent, free_port

START_SECONDS = 30


def test_a_missing_setting_stops_the_server_with_a_plain_message() -> None:
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
    environ = {"PATH": os.environ["PATH"], "PORT": str(free_port()), "SECRET_KEY": "short", "PASSWORD_PEPPER": "short"}
    ran = subprocess.run(
        [*end_with_parent(), *command],
        cwd=PROJECT_DIR,
        env=environ,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert ran.returncode == 1
    assert ran.stderr.count("SECRET_KEY: is too short") == 1
    assert "PASSWORD_PEPPER: is too short" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Booting worker" not in ran.stderr
