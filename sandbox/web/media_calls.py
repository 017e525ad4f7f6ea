"""Calls that read live media."""

from dataclasses import replace
from typing import Any

from sandbox.container_rules import is_true
from sandbox.errors import invalid, missing_scope, required
from sandbox.web.call import Call
from sandbox.web.fields import render
from sandbox.web.media_fields import MEDIA_FIELDS
from sandbox.web.nodes import wanted_fields
from sandbox.web.paging import paged, read_window


def _listed_by(call: Call) -> float | None:
    """Return the moment an ordered lag of the lists shows, None without one."""
    return call.world.clock.now() - call.plan.delay_of("late_list") if "late_list" in call.plan.effects else None


def list_media(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/media`: newest first, without stories."""
    window = replace(read_window(call.params), listed_by=_listed_by(call))
    found, has_newer, has_older = call.world.media.page(call.account.user_id, window)
    wanted = wanted_fields(call.params, "id")
    data = [render(media, MEDIA_FIELDS, wanted) for media in found]
    return paged(data, [media.seq for media in found], has_newer=has_newer, has_older=has_older)


def list_stories(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/stories`: of the last 24 hours."""
    wanted = wanted_fields(call.params, "id")
    stories = call.world.media.stories(call.account.user_id, listed_by=_listed_by(call))
    return {"data": [render(media, MEDIA_FIELDS, wanted) for media in stories]}


def list_broadcasts(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/live_media`: live videos while they last."""
    wanted = wanted_fields(call.params, "id")
    return {
        "data": [render(media, MEDIA_FIELDS, wanted) for media in call.world.media.broadcasts(call.account.user_id)]
    }


def list_tags(call: Call) -> dict[str, Any]:
    """`GET /{ig-user-id}/tags`: media in which others tagged the account, newest first."""
    if call.world.settings.tags == "reject":
        raise missing_scope()
    window, wanted = read_window(call.params), wanted_fields(call.params, "id")
    if call.world.settings.tags == "empty":
        return {"data": []}
    found, has_newer, has_older = call.world.media.tagging(call.account.user_id, call.account.username, window)
    data = [render(media, MEDIA_FIELDS, wanted) for media in found]
    return paged(data, [media.seq for media in found], has_newer=has_newer, has_older=has_older)


def get_media(call: Call) -> dict[str, Any]:
    """`GET /{ig-media-id}`."""
    return render(call.media, MEDIA_FIELDS, wanted_fields(call.params, "id"))


def list_children(call: Call) -> dict[str, Any]:
    """`GET /{ig-media-id}/children`: the items of a carousel."""
    wanted = wanted_fields(call.params, "id")
    return {"data": [render(child, MEDIA_FIELDS, wanted) for child in call.world.media.children(call.media)]}


def update_media(call: Call) -> dict[str, Any]:
    """`POST /{ig-media-id}`: switch comments, the only thing that can be changed."""
    if "comment_enabled" not in call.params:
        raise required("comment_enabled")
    if call.media.is_broadcast:
        raise invalid("Comments of a live video cannot be switched.")  # no page states the code
    call.world.media.enable_comments(call.media.id, is_true(call.params["comment_enabled"]))
    return {"success": True}
