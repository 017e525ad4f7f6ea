"""Bring the database up to date: `python -m app.migrate`, before web and scheduler start."""

from pathlib import Path

from sqlalchemy.engine import make_url

from app import db, schema
from app.startup import load_config


def main() -> None:
    """Migrate to the newest shape, making SQLite's file and folder when there are none."""
    address = load_config().database_url
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    db.connect(address)
    schema.upgrade(db.engine())
    db.disconnect()


if __name__ == "__main__":
    main()
