"""`flask --app app doctor`: look the whole server over."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.status import HEARTBEAT_FRESH, database_status, disk_status, last_heartbeat, list_incidents, versions
from app.web.context import get_clock, get_config

GIGABYTE = 1_000_000_000

Finding = tuple[bool, str]


@click.command()
@with_appcontext
def doctor() -> None:
    """Look the whole server over: settings, database, migrations, scheduler, media folder, disk.

    Prints a line for each and exits with 1 when something needs attention.
    """
    config = get_config()
    findings = [*_settings(config), *_database(config), *_media(config)]
    for is_well, text in findings:
        click.echo(f"{'ok  ' if is_well else 'FAIL'}  {text}")
    bad = sum(not is_well for is_well, _text in findings)
    click.echo("Everything is fine." if not bad else f"Needs attention: {bad}.")
    if bad:
        raise SystemExit(1)


def _settings(config: Config) -> Iterator[Finding]:
    yield True, "settings: " + ", ".join(f"{name} {number}" for name, number in versions().items())
    yield (
        config.is_https or config.is_trying_out,
        f"PUBLIC_URL is {config.public_url}"
        + ("" if config.is_https else "; Instagram and safe cookies need https://"),
    )
    has_app = bool(config.instagram_app_id and config.instagram_app_secrets)
    yield has_app, "INSTAGRAM_APP_ID and INSTAGRAM_APP_SECRET are " + ("set" if has_app else "missing")
    if config.is_trying_out:
        yield True, f"trying out: {config.instagram_graph_url} stands in for Instagram"
    yield (
        not (config.development and config.is_https),
        f"APP_ENV is {'development' if config.development else 'production'}",
    )


def _database(config: Config) -> Iterator[Finding]:
    try:
        status = database_status(config)
        yield True, f"database: {status.kind} {status.version}"
        for problem in status.problems:
            yield False, f"database may lose acknowledged work: {problem}"
        if not status.is_migrated:
            yield False, "database is not up to date; run: flask --app app migrate"
            return
        yield True, "database is up to date"
        yield from _scheduler()
    except SQLAlchemyError as error:
        yield False, f"database cannot be reached: {getattr(error, 'orig', error)}"


def _scheduler() -> Iterator[Finding]:
    beat, now = last_heartbeat(), get_clock().now()
    if beat is None:
        yield False, "scheduler has never run; start it: python -m app.scheduler"
    else:
        seconds = round((now - beat).total_seconds())
        yield now - beat < HEARTBEAT_FRESH, f"scheduler was alive {seconds} s ago"
    latest = next(iter(list_incidents(limit=1)), None)
    if latest is not None:
        yield True, f"latest incident: {latest.at:%Y-%m-%d %H:%M:%S} UTC, {latest.kind} in {latest.job}"


def _media(config: Config) -> Iterator[Finding]:
    try:
        disk = disk_status(config.media_dir)
    except OSError as error:
        yield False, f"media folder {config.media_dir}: {error.strerror}"
        return
    yield disk.is_writable, f"media folder {config.media_dir} is {'' if disk.is_writable else 'not '}writable"
    free = disk.free_bytes / GIGABYTE
    yield not disk.is_low, f"disk: {free:.1f} GB of {disk.total_bytes / GIGABYTE:.1f} GB free"
