"""Markup in whatever people, files and Instagram call things is shown as text on every page."""

from datetime import timedelta

import pytest
from flask import Flask

from app import db
from app.accounts.models import AccountState, OAuthState
from app.assets.models import AssetState
from app.crypto import KeyRing
from app.publishing.models import AttemptStep, PostState, StepName, StepPhase
from app.workspaces.models import Login, Role
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.factories import make_account, make_asset, make_post, make_user, make_workspace
from tests.web_client import Browser

MARKUP = "\"'><img src=x onerror=alert(1)>{{7*7}}</script>"
DANGEROUS = ("<img src=x", "onerror=alert(1)>", ">49<", "</script>{{")
PROBLEMS = (PostState.FAILED, PostState.UNCONFIRMED, PostState.PUBLISHED, PostState.SCHEDULED, PostState.DRAFT)


@pytest.fixture
def hostile(app: Flask, clock: FrozenClock, keys: KeyRing) -> tuple[Browser, dict[str, list[int]]]:
    """A browser in a workspace where everything is called by markup, and the ids of what there is."""
    workspace = make_workspace(MARKUP)
    user = make_user("a<b>@alma.example", workspace, Role.OWNER, name=MARKUP)
    make_user("c@alma.example", workspace, Role.MEMBER, name=MARKUP)
    account = make_account(workspace, keys, username=MARKUP, name=MARKUP, scopes=[MARKUP], problem=MARKUP[:60])
    make_account(
        workspace, keys, ig_user_id="9", username=MARKUP, state=AccountState.RECONNECT, problem="token_invalid"
    )
    assets = [
        make_asset(workspace, filename=MARKUP + ".mp4"),
        make_asset(
            workspace,
            filename=MARKUP,
            state=AssetState.REFUSED,
            refusal="video_codec",
            refusal_values={"codec": MARKUP, "name": MARKUP},
            facts={"container": MARKUP},
            fixes=[MARKUP],
        ),
    ]
    values = {"message": MARKUP, "state": MARKUP, "fitting": [MARKUP], "username": MARKUP}
    posts = [
        make_post(
            account,
            assets[0],
            due_at=DEFAULT_NOW + timedelta(hours=1),
            state=state,
            caption=MARKUP,
            reason="unknown_error",
            reason_values=values,
            published_at=DEFAULT_NOW,
        )
        for state in PROBLEMS
    ]
    browser = Browser(app, clock, user, workspace)
    with db.workspace_scope(workspace.id), db.transaction() as session:
        session.query(Login).update({"user_agent": MARKUP})
        for post in posts:
            for name in StepName:
                detail = {"error": MARKUP, "message": MARKUP, "order": MARKUP, "calls": [{"answer": MARKUP}]}
                session.add(
                    AttemptStep(
                        post_id=post.id, at=DEFAULT_NOW, name=name, phase=StepPhase.NOTE, ok=False, detail=detail
                    )
                )
        walk = OAuthState(
            digest="d" * 64,
            login_id=session.query(Login.id).scalar(),
            user_id=user.id,
            created_at=DEFAULT_NOW,
            used_at=DEFAULT_NOW,
            outcome="account_taken",
            outcome_values={"username": MARKUP},
        )
        session.add(walk)
        session.flush()
        ids = {
            "post_id": [post.id for post in posts],
            "asset_id": [asset.id for asset in assets],
            "account_id": [account.id],
            "connection_id": [walk.id],
        }
    return browser, ids


def test_nothing_that_was_stored_becomes_markup(hostile: tuple[Browser, dict[str, list[int]]], app: Flask) -> None:
    browser, ids = hostile
    adapter, shown = app.url_map.bind("127.0.0.1:8000"), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments <= ids.keys() or rule.endpoint == "health.readyz":
            continue
        name = next(iter(rule.arguments), None)
        for value in ids[name] if name else [0]:
            path = adapter.build(rule.endpoint, {name: value} if name else {})
            for query in (
                {},
                {"tab": "attention"},
                {"tab": "published", "media": MARKUP, "key": MARKUP, "next": MARKUP},
            ):
                for headers in ({}, {"HX-Request": "true"}):
                    answer = browser.get(path, query_string=query, headers=headers)
                    assert answer.status_code < 500, path
                    if answer.mimetype == "text/html":
                        assert [word for word in DANGEROUS if word in answer.text] == [], f"{path} {query}"
                        shown += "&lt;img src=x" in answer.text
    assert shown > 50


def test_what_was_typed_is_given_back_as_text(hostile: tuple[Browser, dict[str, list[int]]]) -> None:
    browser, ids = hostile
    forms = {
        "/settings/profile": {"name": MARKUP * 9},
        "/settings/workspace": {"workspace_name": MARKUP, "timezone": MARKUP},
        "/settings/team": {"name": MARKUP, "email": MARKUP, "role": MARKUP},
        f"/posts/{ids['post_id'][-1]}/edit": {
            "caption": MARKUP,
            "account_id": MARKUP,
            "media": MARKUP,
            "cover": MARKUP,
        },
        "/login": {"email": MARKUP, "password": MARKUP},
        "/nothing": {"field": MARKUP},
    }
    for path, fields in forms.items():
        for token in ({}, {"csrf_token": "forged", MARKUP: MARKUP}):
            answer = browser.post(path, fields | token)
            assert 400 <= answer.status_code < 500, path
            assert [word for word in DANGEROUS if word in answer.text] == [], path
