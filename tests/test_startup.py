"""Starting with wrong settings, and with the right time zones."""

import os
import subprocess
import sys
import zoneinfo

from app.config import PROJECT_DIR
from app.startup import check_zones


def test_every_wrong_setting_is_named_and_the_exit_code_is_1() -> None:
    environ = {"PATH": os.environ["PATH"], "PORT": "many", "PUBLIC_URL": "ftp://x", "SECRET_KEY": "short"}
    ran = subprocess.run(
        [sys.executable, "-c", "from app import create_app; create_app()"],
        cwd=PROJECT_DIR,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    for name in ("PORT", "PUBLIC_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "PASSWORD_PEPPER"):
        assert f"{name}: " in ran.stderr
    assert "Traceback" not in ran.stderr


def test_zones_come_from_the_package_and_not_from_the_machine() -> None:
    assert zoneinfo.TZPATH == ()
    check_zones()
