"""One conversation: its messages, and the person."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.blueprints.inbox import bp
from app.blueprints.inbox.bubbles import Beside, make_days
from app.blueprints.inbox.composer import Composer, new_composer
from app.blueprints.inbox.filters import read_list, read_number
from app.blueprints.inbox.lists import list_pane
from app.blueprints.inbox.snoozing import quick_snoozes
from app.blueprints.inbox.windows import shown_window
from app.conversations.beside import assets_of, find_senders
from app.conversations.models import Conversation
from app.conversations.queries import get_conversation
from app.conversations.read_conversation import read_conversation
from app.conversations.thread import (
    Thread,
    find_answered,
    find_names,
    list_notes,
    newest_part,
    part_after,
    part_around,
    part_before,
    part_from,
)
from app.saved_replies.queries import list_to_pick
from app.saved_replies.variables import variables_of
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.workspaces.models import Role

QUICK_REPLIES = 3
"""One tap each, beside the picker with all of them."""
QUICK_REACTIONS = ("❤️", "👍", "😂", "😮", "😢", "🙏")


@bp.get("/<int:conversation_id>")
@allow(Role.MEMBER)
def show_thread(conversation_id: int) -> ResponseReturnValue:
    """Show a conversation; with `?message=` around that one."""
    return show_page(conversation_id, pane="thread")


@bp.get("/<int:conversation_id>/contact")
@allow(Role.MEMBER)
def show_contact(conversation_id: int) -> ResponseReturnValue:
    """Show the person, with what the team keeps beside the conversation: on a narrow screen a page of its own."""
    return show_page(conversation_id, pane="contact")


@bp.get("/<int:conversation_id>/messages")
@allow(Role.MEMBER)
def show_messages(conversation_id: int) -> ResponseReturnValue:
    """Answer a part of a thread: the one before `?before=`, after `?after=`, or all from `?from=` on."""
    conversation = get_conversation(conversation_id)
    before, after = read_number(request.args.get("before")), read_number(request.args.get("after"))
    since = read_number(request.args.get("from"))
    if before:
        part, template = part_before(conversation, before), "inbox/_older.html"
    elif after:
        part, template = part_after(conversation, after), "inbox/_newer.html"
    else:
        part = part_from(conversation, since) if since else newest_part(conversation)
        template = "inbox/_newest.html"
    return render_template(template, **thread_part(conversation, part), address=read_list(current_user.id), since=since)


@bp.get("/<int:conversation_id>/composer")
@allow(Role.MEMBER)
def show_composer(conversation_id: int) -> ResponseReturnValue:
    """Answer the form as it is now: a closed one opens when they have written."""
    conversation = get_conversation(conversation_id)
    return render_template(
        "inbox/_composer.html",
        composer=new_composer(),
        address=read_list(current_user.id),
        since=None,
        **thread_part(conversation, newest_part(conversation)),
    )


@bp.post("/<int:conversation_id>/read")
@allow(Role.MEMBER)
def mark_read(conversation_id: int) -> ResponseReturnValue:
    """Note that the open conversation was read. Not by opening it: browsers fetch pages that nobody looks at yet."""
    conversation = get_conversation(conversation_id)
    read_conversation(conversation.id, user_id=current_user.id, now=get_clock().now())
    return "", 204


def thread_part(conversation: Conversation, part: Thread, *, found_id: int | None = None) -> dict[str, Any]:
    """Return what a part of a thread shows."""
    senders = find_senders(part.messages)
    user_ids = {
        *(user_id for user_id in senders.values() if user_id),
        *(note.user_id for note in part.notes if note.user_id),
        *(sent.created_by_id for sent in part.dispatches if sent.created_by_id),
    }
    beside = Beside(
        names=find_names(user_ids),
        answered=find_answered(conversation, {m.reply_to_mid for m in part.messages if m.reply_to_mid}),
        senders=senders,
        assets=assets_of(part),
    )
    now = get_clock().now()
    return {
        "conversation": conversation,
        "part": part,
        "days": make_days(part, conversation, beside, now, found_id=found_id),
        "window": shown_window(conversation, now),
        "reactions": QUICK_REACTIONS,
        "variables": variables_of(conversation.contact),
        "quick_replies": list_to_pick(QUICK_REPLIES),
    }


def show_page(conversation_id: int, *, pane: str, composer: Composer | None = None) -> str:
    """Return the page of a conversation, with an empty form or the one that is to be mended."""
    conversation = get_conversation(conversation_id)
    found_id = read_number(request.args.get("message"))
    part = part_around(conversation, found_id) if found_id else newest_part(conversation)
    notes = list_notes(conversation.id)
    listed = list_pane(read_list(current_user.id), chosen_id=conversation.id)
    next_id, previous_id = _neighbours([row.conversation.id for row in listed["rows"]], conversation.id)
    return render_template(
        "inbox/inbox.html",
        thread=part,
        pane=pane,
        found_id=found_id,
        since=None,
        saved_replies=list_to_pick(),
        notes=notes,
        note_authors=find_names({note.user_id for note in notes if note.user_id}),
        next_id=next_id,
        previous_id=previous_id,
        snoozes=quick_snoozes(get_clock().now()),
        composer=composer or new_composer(),
        **thread_part(conversation, part, found_id=found_id),
        **listed,
    )


def _neighbours(listed: Sequence[int], conversation_id: int) -> tuple[int | None, int | None]:
    """Return what follows and what precedes a conversation in the list beside it."""
    if conversation_id not in listed:
        return (listed[0] if listed else None), None
    here = listed.index(conversation_id)
    return (listed[here + 1] if here + 1 < len(listed) else None), (listed[here - 1] if here else None)
