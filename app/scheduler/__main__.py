"""`python -m app.scheduler`: the scheduler process."""

import signal
import sys

from app import db
from app.config import Config, ConfigError
from app.logs import set_up_logs
from app.scheduler.runner import Scheduler


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    try:
        config = Config.from_environment()
    except ConfigError as error:
        sys.exit(f"SocialFlow cannot start:\n{error}")
    set_up_logs(config)
    db.connect(config.database_url)
    scheduler = Scheduler(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.stop())
    scheduler.run()
    db.disconnect()


if __name__ == "__main__":
    main()
