"""The operator's commands: `flask --app app …`."""

from flask import Flask


def register_commands(app: Flask) -> None:
    """Add the commands to `app`. A new one is one more line in the list."""
    from app.cli import doctor, migrate, pause, users

    for command in (users.users, migrate.migrate, pause.pause, pause.resume, doctor.doctor):
        app.cli.add_command(command)
