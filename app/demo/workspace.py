"""The demo workspace «Алма Кофе»: owner, accounts, posts and problems, all made through the real use cases."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from app import db
from app.accounts.begin_connect import begin_connect, redirect_uri
from app.accounts.finish_connect import Callback, finish_connect
from app.accounts.models import Account
from app.accounts.refresh_token import refresh_account_token
from app.clock import Clock
from app.config import Config
from app.crypto import KeyRing
from app.demo.failed_post import add_failed_post
from app.demo.past import back_at
from app.demo.posts import Author, plan_announcement, plan_posts
from app.demo.sandbox import Sandbox
from app.instagram_app import instagram_app_from
from app.workspaces.logins import begin_login, end_login, find_visit
from app.workspaces.models import Membership, ServerState, User
from app.workspaces.passwords import Passwords
from app.workspaces.people import find_user
from app.workspaces.set_up import FirstOwner, is_set_up, set_up

EMAIL = "demo@socialflow.local"
OWNER, WORKSPACE = "Айгерим", "Алма Кофе"
DONE_KEY = "demo"


@dataclass(frozen=True)
class Shop:
    """An account of the demo: who, how big (`whole` or `small`), and since when it is connected."""

    username: str
    name: str
    size: str
    connected_for: timedelta


MAIN = Shop("alma.coffee", "Алма Кофе | Алматы", "whole", timedelta(days=5))
BRANCH = Shop("alma.coffee.astana", "Алма Кофе | Астана", "small", timedelta(days=57))
"""Its access ends in three days: tokens live for 60."""
FOUNDED_BEFORE = timedelta(days=58)


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
    sandbox.be_as_usual(clock.now())  # an earlier run may have been broken off in the past
    with db.workspace_scope(place.workspace_id):
        main = _connected(MAIN, place, config, sandbox, clock)
        branch = _connected(BRANCH, place, config, sandbox, clock)
        if branch.token_refresh_failed_at is None:
            _let_renewal_fail(branch.id, config, sandbox, clock)
        add_failed_post(Author(place.user_id, main.id), config, sandbox, clock)
        plan_announcement(Author(place.user_id, branch.id), config, clock)
        plan_posts(Author(place.user_id, main.id), config, clock)
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
    set_up(first, passwords=passwords, now=clock.now() - FOUNDED_BEFORE)


def _workspace_of(user: User) -> int:
    query = select(Membership.workspace_id).where(Membership.user_id == user.id).order_by(Membership.id)
    with db.reading() as session:
        return session.scalars(query).one()


def _connected(shop: Shop, place: Place, config: Config, sandbox: Sandbox, clock: Clock) -> Account:
    """Return a shop's account in the workspace, connected when that is to have been."""
    ig_user_id = sandbox.add_account(shop.username, shop.name, shop.size)
    account = _find_account(ig_user_id)
    if account is None:
        with back_at(clock.now() - shop.connected_for, sandbox, clock) as past:
            _connect(ig_user_id, place, config, sandbox, past)
        account = _find_account(ig_user_id)
        assert account is not None, "the sandbox has refused a connection"
    return account


def _find_account(ig_user_id: str) -> Account | None:
    with db.reading() as session:
        return session.scalars(select(Account).where(Account.ig_user_id == ig_user_id)).one_or_none()


def _connect(ig_user_id: str, place: Place, config: Config, sandbox: Sandbox, clock: Clock) -> None:
    """Walk to the consent page and back, as the owner would in a browser."""
    app = instagram_app_from(config)
    back = redirect_uri(config.public_url)
    visit = find_visit(begin_login(place.user_id, place.workspace_id, "demo", clock.now()), clock.now())
    assert visit is not None
    consent_page = begin_connect(
        login_id=visit.login_id, user_id=place.user_id, app=app, redirect_uri=back, clock=clock
    )
    sent_to = parse_qs(urlsplit(sandbox.consent(consent_page, ig_user_id)).query)
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


def _let_renewal_fail(account_id: int, config: Config, sandbox: Sandbox, clock: Clock) -> None:
    """Try to renew an access that nears its end while Instagram is out of order: the operator is warned."""
    sandbox.refuse_once("/refresh_access_token")
    keys, app = KeyRing(config.encryption_keys), instagram_app_from(config)
    refresh_account_token(account_id, instagram_app=app, keys=keys, clock=clock)
