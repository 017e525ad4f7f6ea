"""The database's shape: bring it up to date, ask whether it is."""

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.config import PROJECT_DIR


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to `revision`; one migration is one transaction where the database can do that."""
    with engine.connect() as connection:
        command.upgrade(_alembic(connection), revision)
        connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to `revision` (`base` empties the database)."""
    with engine.connect() as connection:
        command.downgrade(_alembic(connection), revision)
        connection.commit()


def make_revision(engine: Engine, message: str) -> None:
    """Write a new migration from the difference between the models and the database."""
    from app.tables import metadata

    with engine.connect() as connection:
        config = _alembic(connection)
        config.attributes["metadata"] = metadata
        command.revision(config, message, autogenerate=True)


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration that this version of the program knows."""
    newest = set(ScriptDirectory.from_config(_alembic(connection)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == newest


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(PROJECT_DIR / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
