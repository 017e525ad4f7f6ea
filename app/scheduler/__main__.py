"""`python -m app.scheduler`: the scheduler process."""

import signal

from app import db, logs
from app.scheduler.runner import Scheduler
from app.startup import check_zones, load_config


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    config = load_config()
    check_zones()
    logs.configure(config)
    db.connect(config.database_url)
    scheduler = Scheduler(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.stop())
    scheduler.run()
    db.disconnect()


if __name__ == "__main__":
    main()
