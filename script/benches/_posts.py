"""Posts to measure with: planned ones, and ones that Instagram has everything for."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import requests
from sqlalchemy import insert

from app import db
from app.accounts.models import Account
from app.assets.models import Asset
from app.instagram_app import instagram_app_from
from app.publishing.models import AssetRole, Post, PostAsset, PostKind, PostState
from app.publishing.rules import PREPARE_AHEAD, snapshot_at
from app.workspaces.models import Workspace
from script.benches._stage import Stage, wait_until
from tests.factories import make_account, make_asset, make_workspace

PLENTY = 100_000
CONTAINER_THREADS = 8
CONTAINER_SECONDS = 120


@dataclass(frozen=True)
class Shop:
    """A workspace, its connected accounts and the one file that all their posts carry."""

    workspace: Workspace
    accounts: Sequence[Account]
    tokens: dict[int, str]
    asset: Asset


@dataclass(frozen=True)
class Container:
    """A finished container at the sandbox, and the account it belongs to."""

    ig_container_id: str
    account: Account
    made_at: datetime


def open_shop(stage: Stage, accounts: int) -> Shop:
    """Connect so many accounts of a new workspace to the sandbox; quotas are no hindrance."""
    stage.sandbox.settings(processing_s=0, quota_total=PLENTY, containers_total=PLENTY, calls_total=PLENTY * 100)
    now = stage.clock.now()
    workspace = make_workspace(now=now)
    made, tokens = [], {}
    for number in range(accounts):
        ig_user_id, token = stage.sandbox.add_account(f"shop.{workspace.id}.{number}")
        account = make_account(
            workspace, stage.keys, ig_user_id=ig_user_id, token=token, username=f"shop.{number}", now=now
        )
        made.append(account)
        tokens[account.id] = token
    asset = make_asset(workspace, stage.reel, media_dir=stage.config.media_dir, facts={"duration_seconds": 4.0})
    return Shop(workspace, made, tokens, asset)


def make_containers(stage: Stage, shop: Shop, count: int) -> list[Container]:
    """Make containers through the sandbox's API, the accounts in turn, and wait until all are FINISHED."""
    graph = f"{stage.sandbox.url}/{instagram_app_from(stage.config).api_version}"
    http = requests.Session()
    http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=CONTAINER_THREADS))

    def make(number: int) -> Container:
        account = shop.accounts[number % len(shop.accounts)]
        form = {"media_type": "REELS", "video_url": stage.files.url_of("clip.mp4"), "caption": f"bench {number}"}
        headers = {"Authorization": f"Bearer {shop.tokens[account.id]}"}
        answer = http.post(f"{graph}/{account.ig_user_id}/media", form, headers=headers, timeout=30)
        answer.raise_for_status()
        return Container(answer.json()["id"], account, stage.clock.now())

    def is_finished(container: Container) -> bool:
        headers = {"Authorization": f"Bearer {shop.tokens[container.account.id]}"}
        params = {"fields": "status_code"}
        answer = http.get(f"{graph}/{container.ig_container_id}", params=params, headers=headers, timeout=30).json()
        if answer["status_code"] not in {"FINISHED", "IN_PROGRESS"}:
            raise RuntimeError(f"{answer}")
        return bool(answer["status_code"] == "FINISHED")

    with ThreadPoolExecutor(CONTAINER_THREADS) as pool:
        made = list(pool.map(make, range(count)))
    waiting = list(made)

    def none_is_waiting() -> bool:
        waiting[:] = [container for container in waiting if not is_finished(container)]
        return not waiting

    wait_until(none_is_waiting, CONTAINER_SECONDS, "the containers are FINISHED", every=0.5)
    return made


def add_staged(
    shop: Shop, containers: Sequence[Container], due_at: Sequence[datetime], now: datetime, **values: object
) -> None:
    """Write a staged post for each container, with its due time."""
    rows = [
        {
            **_reel(container.account, due, now),
            "state": PostState.STAGED,
            "caption": f"bench {number}",
            "ig_container_id": container.ig_container_id,
            "container_created_at": container.made_at,
            "staged_at": now,
            "next_step_at": snapshot_at(due, now),
            **values,
        }
        for number, (container, due) in enumerate(zip(containers, due_at, strict=True))
    ]
    _write(shop, rows)


def add_scheduled(shop: Shop, due_at: Sequence[datetime], now: datetime) -> None:
    """Write scheduled Reels, the accounts in turn: their whole way lies before them."""
    rows = [
        {
            **_reel(shop.accounts[number % len(shop.accounts)], due, now),
            "state": PostState.SCHEDULED,
            "caption": f"bench {number}",
            "next_step_at": max(now, due - PREPARE_AHEAD),
        }
        for number, due in enumerate(due_at)
    ]
    _write(shop, rows)


def _reel(account: Account, due: datetime, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": account.workspace_id,
        "account_id": account.id,
        "kind": PostKind.REEL,
        "due_at": due,
        "created_at": now,
        "updated_at": now,
    }


def _write(shop: Shop, rows: Iterable[dict[str, object]]) -> None:
    with db.workspace_scope(shop.workspace.id), db.transaction() as session:
        ids = session.scalars(insert(Post).returning(Post.id), list(rows)).all()
        links = [
            {
                "workspace_id": shop.workspace.id,
                "post_id": post_id,
                "asset_id": shop.asset.id,
                "role": AssetRole.MEDIA,
                "position": 0,
            }
            for post_id in ids
        ]
        session.execute(insert(PostAsset), links)
