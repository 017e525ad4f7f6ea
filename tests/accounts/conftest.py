"""A workspace with somebody signed in, and the walk that connects an account to it."""

from dataclasses import dataclass

import pytest

from app import db
from app.accounts.begin_connect import begin_connect, redirect_uri
from app.accounts.finish_connect import Callback, finish_connect
from app.accounts.models import Account, OAuthState
from app.accounts.queries import get_connection
from app.config import Config
from app.crypto import KeyRing
from app.instagram.hosts import InstagramApp
from app.instagram_app import instagram_app_from
from app.workspaces.logins import begin_login
from app.workspaces.models import Login, User, Workspace
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.consent import consent
from tests.factories import Cast, make_cast


@dataclass(frozen=True)
class Operator:
    """Somebody signed in, who connects accounts."""

    user: User
    workspace: Workspace
    login_id: int
    config: Config
    keys: KeyRing
    clock: FrozenClock

    @property
    def app(self) -> InstagramApp:
        return instagram_app_from(self.config)

    def begin(self, mends: int | None = None) -> str:
        """Press «Connect»; return the address of the consent page."""
        with db.workspace_scope(self.workspace.id):
            return begin_connect(
                login_id=self.login_id,
                user_id=self.user.id,
                app=self.app,
                redirect_uri=redirect_uri(self.config.public_url),
                clock=self.clock,
                mends_account_id=mends,
            )

    def finish(self, query: dict[str, str]) -> OAuthState:
        """Come back with these parameters; return what is known of the walk afterwards."""
        callback = Callback(query.get("state", ""), query.get("code", ""), query.get("error", ""))
        with db.workspace_scope(self.workspace.id):
            connection_id = finish_connect(
                callback,
                login_id=self.login_id,
                app=self.app,
                redirect_uri=redirect_uri(self.config.public_url),
                keys=self.keys,
                clock=self.clock,
                media_dir=self.config.media_dir,
            )
            return get_connection(connection_id, user_id=self.user.id)

    def connect(self, ig_user_id: str, *, mends: int | None = None, without: tuple[str, ...] = ()) -> OAuthState:
        """Walk the whole way."""
        return self.finish(consent(self.begin(mends), ig_user_id, without=without).query)

    def accounts(self) -> list[Account]:
        """Return what the workspace has."""
        with db.workspace_scope(self.workspace.id), db.reading() as session:
            return list(session.query(Account).order_by(Account.id))

    def account(self) -> Account:
        """Return the one account the workspace has."""
        (account,) = self.accounts()
        return account

    def token(self) -> str | None:
        """Return the one account's token."""
        return self.account().open_token(self.keys)


@pytest.fixture
def cast(database: Database) -> Cast:
    return make_cast()


@pytest.fixture
def operator(cast: Cast, config: Config, keys: KeyRing, clock: FrozenClock) -> Operator:
    """The owner of the first workspace."""
    return sign_in(cast.owner, cast.workspace, config, keys, clock)


@pytest.fixture
def outsider(cast: Cast, config: Config, keys: KeyRing, clock: FrozenClock) -> Operator:
    """The owner of another workspace."""
    return sign_in(cast.outsider, cast.other_workspace, config, keys, clock)


def sign_in(user: User, workspace: Workspace, config: Config, keys: KeyRing, clock: FrozenClock) -> Operator:
    """Return the user with a login of their own."""
    begin_login(user.id, workspace.id, "test", clock.now())
    with db.reading() as session:
        login_id = session.query(Login.id).filter(Login.user_id == user.id).order_by(Login.id.desc()).limit(1).scalar()
    assert login_id is not None
    return Operator(user, workspace, login_id, config, keys, clock)
