"""Finding the workspace that a command's `--workspace` means."""

import click

from app.workspaces.models import Workspace
from app.workspaces.workspaces import list_workspaces


def find_workspace(typed: str | None) -> Workspace:
    """Return the workspace of this name or number; without one, the only workspace. Raises click.UsageError."""
    everything = list_workspaces()
    if typed is None:
        found = everything
    else:
        found = [one for one in everything if typed == str(one.id) or typed.casefold() == one.name.casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{one.id} ({one.name})" for one in everything) or "none yet"
    raise click.UsageError(f"Say which workspace with --workspace. There are: {names}.")
