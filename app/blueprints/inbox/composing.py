"""Writing in a conversation: messages, reactions, and what becomes of them."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.inbox import bp
from app.blueprints.inbox.composer import Composer, new_composer, sent_composer
from app.blueprints.inbox.filters import read_list, read_number
from app.blueprints.inbox.threads import show_page, thread_part
from app.conversations.models import Conversation
from app.conversations.queries import get_conversation
from app.conversations.thread import get_dispatch, get_message_of, newest_part, part_from
from app.dispatches.dismiss_dispatch import dismiss_dispatch
from app.dispatches.models import DispatchState
from app.dispatches.orders import answer_doubt as settle_doubt
from app.dispatches.orders import cancel_dispatch
from app.dispatches.orders import send_again as send_dispatch_again
from app.dispatches.write_message import write_message_by_person
from app.dispatches.write_signs import write_reaction, write_typing
from app.errors import NotFound, RuleError
from app.saved_replies.save_reply import note_use
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.flash import flash_rule, flash_success
from app.web.redirects import wants_fragment
from app.workspaces.models import Role


@bp.post("/<int:conversation_id>/messages")
@allow(Role.MEMBER)
def create_message(conversation_id: int) -> ResponseReturnValue:
    """Send what was written, or show the form again with all of it where a rule is in the way."""
    conversation = get_conversation(conversation_id)
    composer = sent_composer()
    try:
        if not composer.errors:
            _write(conversation, composer)
    except RuleError as error:
        composer.add_error(error)
    except NotFound:
        composer.add_error(RuleError("message_file_gone"))
    if composer.errors:
        return _form_again(conversation, composer), 422
    if wants_fragment():
        return _fragments(conversation, new_composer(is_answered=True))
    if composer.is_later:
        flash_success(_("The message is planned."))
    return redirect(_thread_url(conversation), 303)


@bp.post("/<int:conversation_id>/messages/<int:message_id>/reactions")
@allow(Role.MEMBER)
def react(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Put an emoji on a message, or take ours back with an empty one."""
    conversation = get_conversation(conversation_id)
    message = get_message_of(conversation, message_id)
    try:
        write_reaction(
            message.id,
            request.form.get("emoji", ""),
            user_id=current_user.id,
            form_token=request.form.get("form_token") or new_composer().form_token,
            now=get_clock().now(),
        )
    except RuleError as error:
        flash_rule(error)
    if wants_fragment():
        return _fragments(conversation, None)
    return redirect(_thread_url(conversation), 303)


@bp.post("/<int:conversation_id>/typing")
@allow(Role.MEMBER)
def show_typing(conversation_id: int) -> ResponseReturnValue:
    """Let the person see that somebody writes to them."""
    write_typing(get_conversation(conversation_id).id, user_id=current_user.id, now=get_clock().now())
    return "", 204


@bp.post("/<int:conversation_id>/dispatches/<int:dispatch_id>/cancel")
@allow(Role.MEMBER)
def cancel_message(conversation_id: int, dispatch_id: int) -> ResponseReturnValue:
    """Take back a message that has not gone out, or put one away that was refused."""
    dispatch = get_dispatch(conversation_id, dispatch_id)
    put_away = dismiss_dispatch if dispatch.state is DispatchState.REFUSED else cancel_dispatch
    try:
        put_away(dispatch.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    return redirect(_thread_url(get_conversation(conversation_id)), 303)


@bp.post("/<int:conversation_id>/dispatches/<int:dispatch_id>/again")
@allow(Role.MEMBER)
def send_again(conversation_id: int, dispatch_id: int) -> ResponseReturnValue:
    """Send a message once more that was refused."""
    dispatch = get_dispatch(conversation_id, dispatch_id)
    try:
        send_dispatch_again(dispatch.id, user_id=current_user.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    return redirect(_thread_url(get_conversation(conversation_id)), 303)


@bp.post("/<int:conversation_id>/dispatches/<int:dispatch_id>/answer")
@allow(Role.MEMBER)
def answer_doubt(conversation_id: int, dispatch_id: int) -> ResponseReturnValue:
    """Take the word of somebody who has looked whether a message in doubt is there."""
    dispatch = get_dispatch(conversation_id, dispatch_id)
    was_sent = request.form.get("is_there") == "1"
    try:
        settle_doubt(dispatch.id, was_sent=was_sent, user_id=current_user.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    return redirect(_thread_url(get_conversation(conversation_id)), 303)


@bp.get("/files")
@allow(Role.MEMBER)
def show_files() -> ResponseReturnValue:
    """Answer how the files of `?files=…` are doing that hang on a message being written."""
    ids = [asset_id for value in request.args.getlist("files") if (asset_id := read_number(value))]
    return render_template("inbox/_files.html", composer=Composer("", asset_ids=ids))


def _write(conversation: Conversation, composer: Composer) -> None:
    now = get_clock().now()
    write_message_by_person(
        conversation.id,
        user_id=current_user.id,
        text=composer.text,
        asset_ids=composer.asset_ids,
        form_token=composer.form_token,
        now=now,
        due_at=composer.due_at,
    )
    saved_reply_id = read_number(request.form.get("saved_reply_id"))
    if saved_reply_id is not None:
        note_use(saved_reply_id, now)


def _form_again(conversation: Conversation, composer: Composer) -> str:
    if wants_fragment():
        return _fragments(conversation, composer)
    return show_page(conversation.id, pane="thread", composer=composer)


def _fragments(conversation: Conversation, composer: Composer | None) -> str:
    """Return the newest part of the thread as it is now, and the form that takes the place of the one sent."""
    since = read_number(request.form.get("since"))
    try:
        part = part_from(conversation, since) if since else newest_part(conversation)
    except NotFound:
        part, since = newest_part(conversation), None
    fresh = get_conversation(conversation.id)
    return render_template(
        "inbox/_sent.html",
        composer=composer,
        address=read_list(current_user.id),
        since=since,
        **thread_part(fresh, part),
    )


def _thread_url(conversation: Conversation) -> str:
    return url_for("inbox.show_thread", conversation_id=conversation.id, **read_list(current_user.id).args)
