"""`flask --app app users …`: people who may sign in."""

import sys

import click
from flask.cli import AppGroup

from app.cli.workspace_option import find_workspace
from app.errors import NotFound, RuleError
from app.web.context import get_clock, get_config, get_passwords
from app.workspaces import people
from app.workspaces.members import NewMember, add_member, list_members
from app.workspaces.models import Role, User
from app.workspaces.set_up import FirstOwner, is_set_up, set_up
from app.workspaces.workspaces import add_workspace, list_workspaces

users = AppGroup("users", help="Add, list and disable people who may sign in, and set their passwords.")

# The commands speak English: whoever runs them reads the server's logs too.
RULES = {
    "password_too_short": "The password needs at least 8 characters.",
    "password_too_long": "The password is too long.",
    "password_common": "This password is easy to guess. Choose another.",
    "email_invalid": "This is not an e-mail address.",
    "already_member": "This person is a member of the workspace already.",
    "name_missing": "The name is missing.",
    "name_too_long": "The name is too long.",
    "workspace_name_missing": "The name of the workspace is missing.",
}


@users.command("add")
@click.option("--email", required=True, help="What the person signs in with.")
@click.option("--name", help="What the person is called; by default the part of the e-mail before the @.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="owner", show_default=True)
@click.option("--workspace", help="Name or number of the workspace; one that does not exist is made.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(email: str, name: str | None, role: str, workspace: str | None, password_stdin: bool) -> None:
    """Add a person to a workspace. On a fresh server this makes the workspace too."""
    name = name or email.partition("@")[0]
    known = people.find_user(email) is not None
    password = "" if known else _read_password(password_stdin)
    try:
        if not is_set_up():
            _set_up(email, name, workspace, password)
        else:
            _add(NewMember(name=name, email=email, password=password, role=Role(role)), workspace)
    except RuleError as error:
        raise click.ClickException(RULES.get(error.key, error.key)) from error
    click.echo(f"Added {people.clean_email(email)}.")


@users.command("list")
def list_() -> None:
    """List everybody, by workspace."""
    for workspace in list_workspaces():
        click.echo(f"{workspace.id} {workspace.name}")
        for member in list_members(workspace.id):
            disabled = "  (disabled)" if member.user.disabled_at else ""
            click.echo(f"  {member.role.value:<7} {member.user.email}  {member.user.name}{disabled}")


@users.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let EMAIL sign in no more, and sign them out everywhere."""
    people.disable(_get_user(email).id, get_clock().now())
    click.echo(f"Disabled {people.clean_email(email)} and signed them out everywhere.")


@users.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL, who was disabled, sign in again."""
    people.enable(_get_user(email).id)
    click.echo(f"Enabled {people.clean_email(email)}.")


@users.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def set_password(email: str, password_stdin: bool) -> None:
    """Set a new password for EMAIL, and sign them out everywhere."""
    user = _get_user(email)
    try:
        people.change_password(user.id, _read_password(password_stdin), passwords=get_passwords())
    except RuleError as error:
        raise click.ClickException(RULES.get(error.key, error.key)) from error
    click.echo(f"Set a new password for {user.email} and signed them out everywhere.")


def _set_up(email: str, name: str, workspace: str | None, password: str) -> None:
    config = get_config()
    first = FirstOwner(
        name=name,
        email=email,
        password=password,
        workspace_name=workspace or config.app_name,
        timezone=config.timezone,
        locale=config.default_locale,
    )
    set_up(first, passwords=get_passwords(), now=get_clock().now())


def _add(new: NewMember, workspace: str | None) -> None:
    names = {one.name.casefold() for one in list_workspaces()} | {str(one.id) for one in list_workspaces()}
    if workspace is not None and workspace.casefold() not in names:
        workspace_id = add_workspace(workspace, get_config().timezone, get_clock().now())
    else:
        workspace_id = find_workspace(workspace).id
    add_member(workspace_id, new, actor=Role.OWNER, passwords=get_passwords(), now=get_clock().now())


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _get_user(email: str) -> User:
    try:
        return people.get_user(email)
    except NotFound:
        raise click.ClickException(f"Nobody signs in with {email}.") from None
