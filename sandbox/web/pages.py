"""The pages at `/`: the accounts as profiles on a phone, and what is live in them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template

from sandbox.insights.account_numbers import followers_now
from sandbox.insights.media_numbers import likes_at
from sandbox.media import Window
from sandbox.records import Account, Comment, Media
from sandbox.web.nodes import EXTENSIONS, media_url, permalink, poster_url
from sandbox.web.params import the_world
from sandbox.web.people import chosen_username, find_chosen

bp = Blueprint("pages", __name__)

GRID, LATEST, THREADS, PEOPLE = 60, 8, 30, 40


@bp.get("/")
def home() -> str:
    """Show all accounts and what has just gone live."""
    world = the_world()
    owners = {account.user_id: account for account in world.accounts.list_accounts()}
    latest = [
        _shown(media, owners[media.user_id]) for media in world.media.latest(LATEST) if world.media.is_live(media)
    ]
    profiles = [_profile(one) for one in owners.values()]
    people = world.accounts.list_people(PEOPLE)
    return render_template(
        "home.html", profiles=profiles, latest=latest, people=people, me=chosen_username(), pulse=pulse()
    )


@bp.get("/sandbox/pulse")
def show_pulse() -> dict[str, str]:
    """Tell the pages whether anything has changed."""
    return {"pulse": pulse()}


def pulse() -> str:
    """Return a text that changes when anything on the pages does."""
    world = the_world()
    newest = world.media.latest(1)
    accounts = len(world.accounts.list_accounts())
    return f"{world.era}-{accounts}-{newest[0].seq if newest else 0}-{world.version()}"


@bp.get("/u/<username>/")
def profile(username: str) -> str:
    """Show one account with its grid and its stories."""
    account = the_world().accounts.find_by_username(username)
    if account is None:
        abort(404)
    person, world = find_chosen(), the_world()
    return render_template(
        "profile.html",
        profile=_profile(account),
        me=chosen_username(),
        bond=world.bonds.get(account, person) if person else None,
        pulse=pulse(),
    )


@bp.get("/p/<shortcode>/")
@bp.get("/reel/<shortcode>/")
def post(shortcode: str) -> str:
    """Show one post or reel."""
    media = the_world().media.find_by_shortcode(shortcode)
    if media is None:
        abort(404)
    return _page_of(media)


@bp.get("/stories/<username>/<media_id>/")
def story(username: str, media_id: str) -> str:
    """Show one story while it is live."""
    media = the_world().media.find(media_id)
    if media is None or not the_world().media.is_live(media):
        abort(404)
    return _page_of(media)


def _page_of(media: Media) -> str:
    world = the_world()
    owner = world.accounts.find(media.user_id)
    if owner is None:
        abort(404)
    parts = world.media.children(media) or [media]
    return render_template(
        "post.html",
        post=_shown(media, owner),
        parts=[_shown(part, owner) for part in parts],
        account=owner,
        threads=_threads(media),
        me=chosen_username(),
        pulse=pulse(),
    )


def _threads(media: Media) -> list[tuple[Comment, list[Comment]]]:
    """Return the newest comments, each with its replies in the order they were written."""
    comments = the_world().comments
    found, _, _ = comments.page(media.id, Window(limit=THREADS))
    return [(one, comments.replies(one.id, Window(limit=THREADS))[0][::-1]) for one in found]


def _profile(account: Account) -> dict[str, Any]:
    world = the_world()
    posts, _, _ = world.media.page(account.user_id, Window(limit=GRID))
    return {
        "account": account,
        "followers": followers_now(world, account),
        "count": world.media.count(account.user_id),
        "posts": [_shown(media, account) for media in posts],
        "stories": [_shown(media, account) for media in world.media.stories(account.user_id)],
    }


def _shown(media: Media, owner: Account) -> dict[str, Any]:
    front = media
    if media.media_type == "CAROUSEL_ALBUM":
        front = next(iter(the_world().media.children(media)), media)
    url = media_url(front)
    return {
        "id": media.id,
        "media": media,
        "owner": owner,
        "url": permalink(media, owner.username),
        "file": url,
        "is_video": url is not None and url.endswith(EXTENSIONS["video"]),
        "poster": poster_url(front),
        "likes": likes_at(media, the_world().clock.now()),
        "at": datetime.fromtimestamp(media.published_at, ZoneInfo(the_world().settings.timezone)),
        "is_live": the_world().media.is_live(media),
    }
