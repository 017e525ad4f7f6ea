"""Two workspaces that hold the same things, with words by which a leak is known."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app import db
from app.accounts.models import Account, OAuthState
from app.assets.models import AssetState, Upload
from app.config import Config
from app.conversations.models import Label, MessageAttachment, Note
from app.crypto import KeyRing
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.events.models import Event, EventState
from app.instagram.facts import UpdateKind
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.live.queries import newest_hint_id
from app.workspaces.logins import begin_login
from app.workspaces.models import Login, Membership, Role, User, Workspace
from tests.access_comments import add_comments
from tests.conversations.factories import make_contact, make_conversation, make_message
from tests.factories import make_account, make_asset, make_cast, make_post


@dataclass
class Visitor:
    """Somebody who calls routes."""

    name: str
    side: str
    role: Role | None = None
    user_id: int | None = None
    token: str | None = None
    login_id: int | None = None


@dataclass
class Side:
    """One workspace: the ids of what it holds, and words that stand nowhere else."""

    workspace_id: int
    user_ids: list[int]
    canaries: list[str]
    ids: dict[str, Any] = field(default_factory=dict)
    connections: dict[int, int] = field(default_factory=dict)
    """Of each user, a walk to the consent page."""

    def things(self, visitor: Visitor) -> dict[str, Any]:
        """Return everything that a call may name, for a visitor: devices and connections are each user's own."""
        is_theirs = visitor.user_id in self.user_ids
        login_id = visitor.login_id if is_theirs and visitor.login_id else self.ids["login_id"]
        user_id = visitor.user_id if is_theirs and visitor.user_id else self.user_ids[0]
        return self.ids | {"own_login_id": login_id, "connection_id": self.connections[user_id]}


@dataclass
class Stage:
    """Both workspaces and everybody."""

    sides: dict[str, Side]
    visitors: dict[str, Visitor]

    def side_of(self, visitor: Visitor) -> Side:
        """Return the visitor's own workspace; of somebody who is not signed in, the first."""
        return self.sides[visitor.side]

    def other_side(self, visitor: Visitor) -> Side:
        """Return the workspace that the visitor must not see."""
        return self.sides["second" if visitor.side == "first" else "first"]


def build_stage(config: Config, now: datetime) -> Stage:
    """Write both workspaces into the database that is connected."""
    cast, keys = make_cast(now=now), KeyRing(config.encryption_keys)
    users = {"owner": cast.owner, "admin": cast.admin, "member": cast.member, "outsider": cast.outsider}
    visitors = {"nobody": Visitor("nobody", "first")}
    for name, user in users.items():
        workspace = cast.other_workspace if name == "outsider" else cast.workspace
        token = begin_login(user.id, workspace.id, f"canary-agent-{name}", now)
        side = "second" if name == "outsider" else "first"
        role = Role.OWNER if name == "outsider" else Role(name)
        visitors[name] = Visitor(name, side, role, user.id, token, _newest_login())
    first = _side(cast.workspace, [cast.owner, cast.admin, cast.member], visitors["owner"], config, keys, now)
    second = _side(cast.other_workspace, [cast.outsider], visitors["outsider"], config, keys, now)
    first.ids["member_membership_id"] = _membership(cast.member)
    second.ids["member_membership_id"] = _membership(cast.outsider)
    return Stage({"first": first, "second": second}, visitors)


def _side(
    workspace: Workspace, users: list[User], owner: Visitor, config: Config, keys: KeyRing, now: datetime
) -> Side:
    """Fill a workspace. Texts carry the workspace's number, so that each can be told from the other's."""
    mark = f"canary{workspace.id}"
    account = make_account(
        workspace,
        keys,
        ig_user_id=f"1784140000000{workspace.id:04d}",
        token=f"IGAA-{mark}-token",
        username=f"{mark}.shop",
    )
    files = config.media_dir / str(workspace.id)
    files.mkdir(parents=True, exist_ok=True)
    (files / "poster.webp").write_bytes(b"RIFF" + mark.encode())
    (files / "reel.mp4").write_bytes(mark.encode())
    asset = make_asset(
        workspace,
        filename=f"{mark}.mp4",
        original_path=f"{workspace.id}/reel.mp4",
        poster_path=f"{workspace.id}/poster.webp",
    )
    post = make_post(account, asset, due_at=now + timedelta(hours=2), caption=f"Подпись {mark}")
    ids = {
        "workspace_id": workspace.id,
        "account_id": account.id,
        "asset_id": asset.id,
        "post_id": post.id,
        "login_id": owner.login_id,
        "event_id": _event(account, mark, now),
        "hint_id": _hint(workspace, account.id, now),
        "upload_public_id": _upload(workspace, users[0], mark, now),
    }
    ids |= _conversation(account, users[0], mark, now)
    ids |= add_comments(account, users[0].id, mark, now)
    canaries = [workspace.name, mark, *(user.email for user in users)]
    side = Side(workspace.id, [user.id for user in users], canaries, ids)
    for user in users:
        side.connections[user.id] = _connection(workspace, user, owner, now)
    return side


def _event(account: Account, mark: str, now: datetime) -> int:
    """Write something that Instagram told and that could not be processed; return its id."""
    event = Event(
        key=f"{account.id:064d}",
        ig_user_id=account.ig_user_id,
        kind=UpdateKind.MESSAGE,
        payload={},
        state=EventState.FAILED,
        account_id=account.id,
        received_at=now,
        error=f"KeyError {mark}",
    )
    with db.transaction() as session:
        session.add(event)
        session.flush()
        return event.id


def _hint(workspace: Workspace, account_id: int, now: datetime) -> int:
    with db.transaction() as session:
        add_hint(session, workspace.id, HintKind.IMPORT, account_id, now)
    return newest_hint_id()


def _conversation(account: Account, user: User, mark: str, now: datetime) -> dict[str, int]:
    """Write a conversation with one of everything in it; return their ids."""
    contact = make_contact(account, name=f"Имя {mark}", username=mark, first_seen_at=now)
    conversation = make_conversation(account, contact=contact, now=now)
    attachments = [MessageAttachment(workspace_id=account.workspace_id, position=0, kind="image", title=mark)]
    message = make_message(conversation, f"Вопрос {mark}", at=now, attachments=attachments)
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        note = Note(conversation_id=conversation.id, user_id=user.id, text=f"Заметка {mark}", written_at=now)
        label = Label(name=mark)
        dispatch = Dispatch(
            account_id=account.id,
            kind=DispatchKind.MESSAGE,
            state=DispatchState.REFUSED,
            conversation_id=conversation.id,
            text=f"Ответ {mark}",
            values={},
            created_by_id=user.id,
            created_at=now,
        )
        session.add_all([note, label, dispatch])
        session.flush()
        return {
            "contact_id": contact.id,
            "conversation_id": conversation.id,
            "message_id": message.id,
            "attachment_id": attachments[0].id,
            "note_id": note.id,
            "label_id": label.id,
            "dispatch_id": dispatch.id,
            "some_user_id": user.id,
        }


def _upload(workspace: Workspace, user: User, mark: str, now: datetime) -> str:
    """Write an upload under way; return its public id."""
    asset = make_asset(workspace, filename=f"{mark}-upload.mp4", state=AssetState.UPLOADING, ready_at=None)
    public_id = f"{mark}-{'u' * 30}"
    with db.workspace_scope(workspace.id), db.transaction() as session:
        session.add(
            Upload(
                public_id=public_id,
                asset_id=asset.id,
                user_id=user.id,
                length_bytes=1000,
                path=f"{workspace.id}/{mark}.part",
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    return public_id


def _connection(workspace: Workspace, user: User, owner: Visitor, now: datetime) -> int:
    with db.workspace_scope(workspace.id), db.transaction() as session:
        state = OAuthState(
            digest=f"{workspace.id}-{user.id}".rjust(64, "0"), login_id=owner.login_id, user_id=user.id, created_at=now
        )
        session.add(state)
        session.flush()
        return state.id


def _newest_login() -> int:
    with db.reading() as session:
        return session.query(Login.id).order_by(Login.id.desc()).limit(1).scalar() or 0


def _membership(user: User) -> int:
    with db.reading() as session:
        return session.query(Membership.id).filter(Membership.user_id == user.id).scalar() or 0
