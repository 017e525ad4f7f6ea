"""Searching all messages."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.blueprints.inbox import bp
from app.blueprints.inbox.words import short_age
from app.conversations.rules import is_stale
from app.conversations.search import search_messages
from app.web.access import allow
from app.web.context import get_clock
from app.web.highlights import excerpt
from app.web.redirects import wants_fragment
from app.workspaces.models import Role

LONGEST_QUERY = 200


@bp.get("/search")
@allow(Role.MEMBER)
def search() -> ResponseReturnValue:
    """Show the messages that hold the words of `?q=`; htmx gets those that follow `cursor` only."""
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    found = search_messages(query, cursor=request.args.get("cursor"))
    now = get_clock().now()
    hits = [
        {
            "message": message,
            "excerpt": None if is_stale(message, now) else excerpt(message.text or "", query),
            "age": short_age(message.sent_at, now),
        }
        for message in found.messages
    ]
    template = "inbox/_hits.html" if wants_fragment() and "cursor" in request.args else "inbox/search.html"
    return render_template(template, query=query, hits=hits, next_cursor=found.next_cursor)
