"""What the team does with a conversation: lists, snoozing, assignment, labels, notes."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.blueprints.inbox import bp
from app.blueprints.inbox.filters import read_list, read_number
from app.blueprints.inbox.snoozing import read_snooze
from app.conversations import organise
from app.conversations.labels import create_label as write_label
from app.conversations.labels import delete_label as remove_label
from app.conversations.labels import put_labels
from app.conversations.models import Conversation, ConversationState
from app.conversations.queries import find_next, get_conversation
from app.conversations.write_note import delete_note as remove_note
from app.conversations.write_note import write_note
from app.errors import RuleError
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.flash import flash_rule, flash_success, flash_with_undo
from app.web.redirects import redirect_back
from app.workspaces.models import Role

MOVED = {
    ConversationState.OPEN: _l("The conversation is open again."),
    ConversationState.DONE: _l("The conversation is done."),
    ConversationState.ARCHIVED: _l("The conversation is in the archive."),
}


@bp.post("/<int:conversation_id>/state")
@allow(Role.MEMBER)
def set_state(conversation_id: int) -> ResponseReturnValue:
    """Move a conversation to another list, and go on with the one that follows it here."""
    conversation = get_conversation(conversation_id)
    wished = request.form.get("state", "")
    if wished not in {state.value for state in MOVED}:
        raise RuleError("conversation_state")
    state = ConversationState(wished)
    address = read_list(current_user.id)
    next_id = find_next(address.wanted, now=get_clock().now(), after=conversation) if _goes_on() else None
    before = organise.set_state(conversation.id, state, now=get_clock().now())
    _say_moved(str(MOVED[state]), conversation, before)
    return _go_on(conversation, next_id)


@bp.post("/<int:conversation_id>/snooze")
@allow(Role.MEMBER)
def snooze(conversation_id: int) -> ResponseReturnValue:
    """Put a conversation away until a time: a quick choice, or a date and a time of the workspace's clock."""
    conversation = get_conversation(conversation_id)
    now = get_clock().now()
    next_id = find_next(read_list(current_user.id).wanted, now=now, after=conversation)
    try:
        before = organise.snooze(conversation.id, read_snooze(now), now=now)
    except RuleError as error:
        flash_rule(error)
        return redirect_back(url_for("inbox.show_thread", conversation_id=conversation.id))
    _say_moved(_("The conversation is put away until then, or until they write."), conversation, before)
    return _go_on(conversation, next_id)


@bp.post("/<int:conversation_id>/unread")
@allow(Role.MEMBER)
def mark_unread(conversation_id: int) -> ResponseReturnValue:
    """Put a conversation back among the unread ones, and leave it."""
    conversation = get_conversation(conversation_id)
    organise.mark_unread(conversation.id, now=get_clock().now())
    return redirect(url_for("inbox.list_page", **read_list(current_user.id).args), 303)


@bp.post("/<int:conversation_id>/assignee")
@allow(Role.MEMBER)
def assign(conversation_id: int) -> ResponseReturnValue:
    """Give a conversation to a member, or to nobody."""
    conversation = get_conversation(conversation_id)
    organise.assign(conversation.id, read_number(request.form.get("user_id")), now=get_clock().now())
    return redirect_back(url_for("inbox.show_thread", conversation_id=conversation.id))


@bp.post("/<int:conversation_id>/labels")
@allow(Role.MEMBER)
def save_labels(conversation_id: int) -> ResponseReturnValue:
    """Let a conversation carry the labels that were ticked, and a new one if its name was typed."""
    conversation = get_conversation(conversation_id)
    label_ids = {label_id for value in request.form.getlist("label") if (label_id := read_number(value))}
    try:
        if request.form.get("name", "").strip():
            label_ids.add(write_label(request.form["name"], request.form.get("tone", "accent")).id)
        put_labels(conversation.id, label_ids, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    return redirect_back(url_for("inbox.show_thread", conversation_id=conversation.id))


@bp.post("/labels/<int:label_id>/delete")
@allow(Role.ADMIN)
def delete_label(label_id: int) -> ResponseReturnValue:
    """Delete a label everywhere."""
    remove_label(label_id)
    flash_success(_("The label is deleted."))
    return redirect_back(url_for("inbox.list_page"))


@bp.post("/<int:conversation_id>/notes")
@allow(Role.MEMBER)
def create_note(conversation_id: int) -> ResponseReturnValue:
    """Write a private note."""
    conversation = get_conversation(conversation_id)
    try:
        write_note(conversation.id, request.form.get("text", ""), user_id=current_user.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    return redirect_back(url_for("inbox.show_thread", conversation_id=conversation.id))


@bp.post("/<int:conversation_id>/notes/<int:note_id>/delete")
@allow(Role.MEMBER)
def delete_note(conversation_id: int, note_id: int) -> ResponseReturnValue:
    """Delete a note of one's own."""
    conversation = get_conversation(conversation_id)
    remove_note(note_id, conversation_id=conversation.id, user_id=current_user.id, now=get_clock().now())
    return redirect_back(url_for("inbox.show_thread", conversation_id=conversation.id))


def _goes_on() -> bool:
    return request.form.get("then") == "next"


def _go_on(conversation: Conversation, next_id: int | None) -> ResponseReturnValue:
    """Lead to the next conversation of the list, or to the list when that was the last one."""
    args = read_list(current_user.id).args
    if next_id is not None:
        return redirect(url_for("inbox.show_thread", conversation_id=next_id, **args), 303)
    if request.form.get("then") == "stay":
        return redirect(url_for("inbox.show_thread", conversation_id=conversation.id, **args), 303)
    return redirect(url_for("inbox.list_page", **args), 303)


def _say_moved(text: str, conversation: Conversation, before: ConversationState) -> None:
    undo = url_for("inbox.set_state", conversation_id=conversation.id)
    if before is ConversationState.SNOOZED or before not in MOVED:
        flash_success(text)
    else:
        flash_with_undo(text, undo, {"state": before.value, "then": "stay"})
