"""What every process does before anything else: read the settings, and make sure that its time zones are right."""

import os
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dotenv import load_dotenv

from app.config import PROJECT_DIR, Config, ConfigError

# Kazakhstan moved to one offset on 1 March 2024; data from before would publish everything an hour off.
ALMATY_PROBE = datetime(2024, 3, 2, 12, tzinfo=UTC)
ALMATY_OFFSET = timedelta(hours=5)


def load_config() -> Config:
    """Return the settings from the environment, `.env` and the files that script/server made.

    Prints what is wrong and exits with 1 when any is.
    """
    load_dotenv(PROJECT_DIR / ".env")
    load_dotenv(PROJECT_DIR / "instance" / ".env")
    if not os.environ.get("INSTAGRAM_APP_ID"):
        load_dotenv(PROJECT_DIR / "instance" / "trial.env")
    try:
        return Config.from_environment()
    except ConfigError as error:
        sys.stderr.write(f"SocialFlow cannot start. These settings are missing or wrong:\n{error}\n")
        raise SystemExit(1) from None


def check_zones() -> None:
    """Refuse to start with time zone data from before 2024 (exit code 1)."""
    offset = ALMATY_PROBE.astimezone(ZoneInfo("Asia/Almaty")).utcoffset()
    if offset != ALMATY_OFFSET:
        sys.stderr.write(
            f"SocialFlow cannot start: its time zone data is too old (Asia/Almaty is {offset}, not 5:00:00). "
            "Install the newest tzdata package: pip install --upgrade tzdata\n"
        )
        raise SystemExit(1)
