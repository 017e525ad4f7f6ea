"""`flask --app app migrate`: bring the database up to date."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app import db, schema
from app.web.context import get_config


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database up to date. Safe to run again; makes a SQLite file that does not exist yet."""
    url = make_url(get_config().database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    schema.upgrade(db.patient_engine())
    click.echo("The database is up to date.")
