"""Runs migrations on the connection that `app.schema` hands over. Imports nothing from the app."""

from alembic import context

RENDERED = {"UtcDateTime": "INSTANT", "WallTime": "sa.DateTime()"}


def render_type(kind: str, thing: object, _context: object) -> str | bool:
    """Write our own column types as plain ones, so that a migration needs nothing from the app."""
    if kind == "type" and type(thing).__name__ in RENDERED:
        return RENDERED[type(thing).__name__]
    if kind == "type" and type(thing).__name__ == "Enum":
        return "sa.String(24)"
    return False


def is_ours(_thing: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Leave out of comparisons what no model stands for: APScheduler's own table, and what indexes words."""
    if kind == "index":
        return not (name or "").endswith("_folded")
    return not (kind == "table" and (name == "apscheduler_jobs" or "_words" in (name or "")))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    compare_type=True,
    render_item=render_type,
    include_object=is_ours,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
