"""Plain functions that write rows, and the one cast of people that every test knows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app import db
from app.accounts.models import Account, AccountState
from app.assets.models import Asset, AssetKind, AssetState
from app.crypto import KeyRing
from app.publishing.models import AssetRole, Post, PostAsset, PostKind, PostState
from app.workspaces.models import Membership, Role, User, Workspace
from tests.clocks import DEFAULT_NOW

SCOPES = [
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
    "instagram_business_manage_insights",
]
NO_PASSWORD = "!"


@dataclass(frozen=True)
class Cast:
    """Everybody. The outsider owns a workspace of their own and may see nothing of the first one."""

    workspace: Workspace
    owner: User
    admin: User
    member: User
    other_workspace: Workspace
    outsider: User

    @property
    def insiders(self) -> dict[Role, User]:
        """The members of the first workspace by their role."""
        return {Role.OWNER: self.owner, Role.ADMIN: self.admin, Role.MEMBER: self.member}


def make_cast(*, now: datetime = DEFAULT_NOW) -> Cast:
    """Write owner, admin and member of «Алма Кофе», and the owner of another workspace."""
    workspace = make_workspace("Алма Кофе", now=now)
    other = make_workspace("Чужая пекарня", now=now)
    return Cast(
        workspace=workspace,
        owner=make_user("owner@alma.example", workspace, Role.OWNER, name="Айгерим", now=now),
        admin=make_user("admin@alma.example", workspace, Role.ADMIN, name="Данияр", now=now),
        member=make_user("member@alma.example", workspace, Role.MEMBER, name="Ольга", now=now),
        other_workspace=other,
        outsider=make_user("owner@bakery.example", other, Role.OWNER, name="Пётр", now=now),
    )


def make_workspace(name: str = "Алма Кофе", *, now: datetime = DEFAULT_NOW, **values: Any) -> Workspace:
    """Write a workspace in Almaty's zone."""
    with db.transaction() as session:
        workspace = Workspace(**{"name": name, "timezone": "Asia/Almaty", "created_at": now} | values)
        session.add(workspace)
    return workspace


def make_user(
    email: str, workspace: Workspace, role: Role = Role.MEMBER, *, now: datetime = DEFAULT_NOW, **values: Any
) -> User:
    """Write a user and their membership. They have no password unless `password_hash` is given."""
    with db.transaction() as session:
        user = User(**{"email": email, "name": email, "password_hash": NO_PASSWORD, "created_at": now} | values)
        user.memberships.append(Membership(workspace_id=workspace.id, role=role, created_at=now))
        session.add(user)
    return user


def make_account(
    workspace: Workspace,
    keys: KeyRing,
    *,
    ig_user_id: str = "17841400000000001",
    token: str = "IGAA-test-token",
    now: datetime = DEFAULT_NOW,
    **values: Any,
) -> Account:
    """Write a connected account with its encrypted token. Take id and token from `sandbox.add_account()`."""
    defaults = {
        "ig_user_id": ig_user_id,
        "claimed_ig_user_id": ig_user_id,
        "username": "alma.coffee",
        "account_type": "BUSINESS",
        "state": AccountState.CONNECTED,
        "scopes": SCOPES,
        "token_issued_at": now,
        "token_expires_at": now + timedelta(days=60),
        "connected_at": now,
    }
    with db.workspace_scope(workspace.id), db.transaction() as session:
        account = Account(**defaults | values)
        session.add(account)
        session.flush()
        account.seal_token(token, keys)
    return account


def make_asset(
    workspace: Workspace, file: Path | None = None, *, media_dir: Path | None = None, **values: Any
) -> Asset:
    """Write a ready asset; with `file` and `media_dir`, its bytes are copied to where it says they are."""
    kind = values.pop("kind", AssetKind.VIDEO)
    content = file.read_bytes() if file else b""
    digest = hashlib.sha256(content).hexdigest()
    defaults = {
        "kind": kind,
        "state": AssetState.READY,
        "filename": file.name if file else "reel.mp4",
        "size_bytes": len(content) or 1_000_000,
        "sha256": digest if file else None,
        "facts": {},
        "fixes": [],
        "created_at": DEFAULT_NOW,
        "ready_at": DEFAULT_NOW,
    }
    with db.workspace_scope(workspace.id), db.transaction() as session:
        asset = Asset(**defaults | values)
        session.add(asset)
        session.flush()
        suffix = file.suffix if file else ".mp4"
        asset.original_path = asset.original_path or f"{workspace.id}/{asset.id}-{digest[:12]}{suffix}"
        if media_dir is not None:
            _write(media_dir / asset.original_path, content)
    return asset


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def make_post(
    account: Account, *assets: Asset, due_at: datetime | None = None, now: datetime = DEFAULT_NOW, **values: Any
) -> Post:
    """Write a Reel of `assets`: a draft, or scheduled when `due_at` is given."""
    defaults = {
        "account_id": account.id,
        "kind": PostKind.REEL,
        "state": PostState.DRAFT if due_at is None else PostState.SCHEDULED,
        "caption": "Новый сезон: раф с облепихой",
        "due_at": due_at,
        "due_wall": due_at and (due_at + timedelta(hours=5)).replace(tzinfo=None, microsecond=0),
        "due_zone": due_at and "Asia/Almaty",
        "next_step_at": due_at and max(now, due_at - timedelta(minutes=15)),
        "created_at": now,
        "updated_at": now,
    }
    with db.workspace_scope(account.workspace_id), db.transaction() as session:
        post = Post(**defaults | values)
        for position, asset in enumerate(assets):
            post.post_assets.append(
                PostAsset(workspace_id=account.workspace_id, asset=asset, role=AssetRole.MEDIA, position=position)
            )
        session.add(post)
    return post
