"""`flask --app app pause` and `resume`: the switch for everything outgoing."""

import click
from flask.cli import with_appcontext

from app.cli.workspace_option import find_workspace
from app.web.context import get_clock
from app.workspaces.pause import pause_server, pause_workspace, resume_server, resume_workspace


@click.command()
@click.option("--workspace", help="Name or number of a workspace; without it, the whole server.")
@with_appcontext
def pause(workspace: str | None) -> None:
    """Stop everything outgoing within two seconds. Nothing is lost; `resume` lets it go on."""
    if workspace is None:
        pause_server(get_clock().now())
        click.echo("Nothing goes out from this server until you run: flask --app app resume")
        return
    found = find_workspace(workspace)
    pause_workspace(found.id, get_clock().now())
    click.echo(f"Nothing goes out from {found.name} until it is resumed.")


@click.command()
@click.option("--workspace", help="Name or number of a workspace; without it, the whole server.")
@with_appcontext
def resume(workspace: str | None) -> None:
    """Let what was paused go on. A workspace that was paused by itself is resumed by itself."""
    if workspace is None:
        resume_server()
        click.echo("The server goes on.")
        return
    found = find_workspace(workspace)
    resume_workspace(found.id)
    click.echo(f"{found.name} goes on.")
