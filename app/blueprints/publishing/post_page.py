"""A post's page: how it looks, where it stands, and everything that was done for it."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.blueprints.publishing import bp
from app.blueprints.publishing.cards import can_be_taken_back, make_card
from app.blueprints.publishing.timeline import make_timeline
from app.blueprints.publishing.words import planned_time
from app.publishing.models import Post
from app.publishing.queries import get_post, list_authors, list_steps
from app.web.access import allow
from app.web.context import get_clock
from app.web.shell import outgoing_pause
from app.workspaces.models import Role


@bp.get("/<int:post_id>")
@allow(Role.MEMBER)
def show_post(post_id: int) -> ResponseReturnValue:
    """Show a post."""
    return render_template("publishing/post.html", **_shown(get_post(post_id)))


@bp.get("/<int:post_id>/progress")
@allow(Role.MEMBER)
def show_progress(post_id: int) -> ResponseReturnValue:
    """Answer the parts of the page that change while a post moves."""
    return render_template("publishing/_progress.html", **_shown(get_post(post_id)))


def _shown(post: Post) -> dict[str, Any]:
    now = get_clock().now()
    steps = list_steps(post.id)
    return {
        "post": post,
        "card": make_card(post, now, is_paused=outgoing_pause() is not None),
        "timeline": make_timeline(steps, list_authors(steps)),
        "planned": planned_time(post, now),
        "can_be_taken_back": can_be_taken_back(post, now),
        "candidates": (post.reason_values or {}).get("fitting", []),
        "candidate_links": (post.reason_values or {}).get("links", {}),
    }
