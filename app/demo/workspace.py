"""The demo workspace «Алма Кофе»: owner, account and a few posts, all made through the real use cases."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from app import db
from app.accounts.begin_connect import begin_connect, redirect_uri
from app.accounts.finish_connect import Callback, finish_connect
from app.accounts.queries import list_accounts
from app.clock import Clock
from app.config import Config
from app.crypto import KeyRing
from app.demo.posts import Author, plan_posts
from app.demo.sandbox import Sandbox
from app.instagram_app import instagram_app_from
from app.workspaces.logins import begin_login, end_login, find_visit
from app.workspaces.models import Membership, ServerState, User
from app.workspaces.passwords import Passwords
from app.workspaces.people import find_user
from app.workspaces.set_up import FirstOwner, is_set_up, set_up

EMAIL = "demo@socialflow.local"
OWNER, WORKSPACE = "Айгерим", "Алма Кофе"
USERNAME, ACCOUNT_NAME = "alma.coffee", "Алма Кофе | Алматы"
DONE_KEY = "demo"


@dataclass(frozen=True)
class Place:
    """Whose demo it is."""

    user_id: int
    workspace_id: int


def make_workspace(config: Config, sandbox: Sandbox, password: str, clock: Clock) -> None:
    """Make what is not there yet. Once all of it was there, the demo belongs to whoever plays with it."""
    if _is_done():
        return
    if not is_set_up():
        _make_owner(config, password, clock)
    owner = find_user(EMAIL)
    if owner is None:
        return  # somebody set the server up for themselves
    place = Place(owner.id, _workspace_of(owner))
    with db.workspace_scope(place.workspace_id):
        if not list_accounts():
            _connect(place, config, sandbox, clock)
        plan_posts(Author(place.user_id, list_accounts()[0].id), config, clock)
    with db.transaction() as session:
        session.add(ServerState(key=DONE_KEY, at=clock.now()))


def _is_done() -> bool:
    with db.reading() as session:
        return session.get(ServerState, DONE_KEY) is not None


def _make_owner(config: Config, password: str, clock: Clock) -> None:
    first = FirstOwner(
        name=OWNER,
        email=EMAIL,
        password=password,
        workspace_name=WORKSPACE,
        timezone=config.timezone,
        locale=config.default_locale,
    )
    passwords = Passwords(pepper=config.password_pepper, rounds=config.password_rounds)
    set_up(first, passwords=passwords, now=clock.now())


def _workspace_of(user: User) -> int:
    query = select(Membership.workspace_id).where(Membership.user_id == user.id).order_by(Membership.id)
    with db.reading() as session:
        return session.scalars(query).one()


def _connect(place: Place, config: Config, sandbox: Sandbox, clock: Clock) -> None:
    """Walk to the consent page and back, as the owner would in a browser."""
    app = instagram_app_from(config)
    back = redirect_uri(config.public_url)
    visit = find_visit(begin_login(place.user_id, place.workspace_id, "demo", clock.now()), clock.now())
    assert visit is not None
    consent_page = begin_connect(
        login_id=visit.login_id, user_id=place.user_id, app=app, redirect_uri=back, clock=clock
    )
    sent_to = parse_qs(urlsplit(sandbox.consent(consent_page, sandbox.add_account(USERNAME, ACCOUNT_NAME))).query)
    finish_connect(
        Callback(state=sent_to["state"][0], code=sent_to["code"][0], error=""),
        login_id=visit.login_id,
        app=app,
        redirect_uri=back,
        keys=KeyRing(config.encryption_keys),
        clock=clock,
        media_dir=config.media_dir,
    )
    end_login(visit.login_id, place.user_id)
