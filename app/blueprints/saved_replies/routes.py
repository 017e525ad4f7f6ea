"""Answers kept ready: listing, writing, changing and deleting them."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField, StringField, TextAreaField

from app.blueprints.saved_replies import bp
from app.errors import RuleError
from app.saved_replies.examples import EXAMPLES, add_examples
from app.saved_replies.models import SavedReply
from app.saved_replies.queries import list_saved_replies
from app.saved_replies.save_reply import (
    ReplyContent,
    change_saved_reply,
    create_saved_reply,
    delete_saved_reply,
    get_saved_reply,
)
from app.saved_replies.variables import VARIABLES
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.flash import flash_rule, flash_success, flash_with_undo
from app.web.forms import Filled, Form
from app.web.i18n import LANGUAGE_NAMES
from app.workspaces.models import Role


class SavedReplyForm(Form):
    """A saved reply."""

    shortcut = StringField(_l("Shortcut"), validators=[Filled()])
    language = SelectField(_l("Language"), choices=lambda: [("", _("Any language")), *LANGUAGE_NAMES.items()])
    text = TextAreaField(_l("Text"), validators=[Filled()])

    @property
    def content(self) -> ReplyContent:
        """What was typed."""
        return ReplyContent(self.shortcut.data or "", self.text.data or "", self.language.data or "")


@bp.get("")
@allow(Role.MEMBER)
def list_replies() -> ResponseReturnValue:
    """Show all saved replies; examples where there are none."""
    return render_template(
        "saved_replies/list.html", replies=list_saved_replies(), examples=EXAMPLES, languages=LANGUAGE_NAMES
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.MEMBER)
def new_reply() -> ResponseReturnValue:
    """Write a saved reply."""
    form = SavedReplyForm()
    if form.validate_on_submit():
        try:
            create_saved_reply(form.content, user_id=current_user.id, now=get_clock().now())
        except RuleError as error:
            form.add_rule_error(error)
        else:
            return _saved()
    return _form(form, None)


@bp.route("/<int:reply_id>", methods=["GET", "POST"])
@allow(Role.MEMBER)
def edit_reply(reply_id: int) -> ResponseReturnValue:
    """Change a saved reply."""
    reply = get_saved_reply(reply_id)
    form = SavedReplyForm(obj=reply)
    if form.validate_on_submit():
        try:
            change_saved_reply(reply.id, form.content, now=get_clock().now())
        except RuleError as error:
            form.add_rule_error(error)
        else:
            return _saved()
    return _form(form, reply)


@bp.post("/<int:reply_id>/delete")
@allow(Role.MEMBER)
def delete_reply(reply_id: int) -> ResponseReturnValue:
    """Delete a saved reply; it can be brought back."""
    kept = delete_saved_reply(reply_id)
    fields = {"shortcut": kept.shortcut, "text": kept.text, "language": kept.language}
    flash_with_undo(_("The saved reply is deleted."), url_for("saved_replies.restore_reply"), fields)
    return _to_list()


@bp.post("/restore")
@allow(Role.MEMBER)
def restore_reply() -> ResponseReturnValue:
    """Bring back what was just deleted."""
    try:
        create_saved_reply(SavedReplyForm().content, user_id=current_user.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    else:
        flash_success(_("The saved reply is back."))
    return _to_list()


@bp.post("/examples")
@allow(Role.MEMBER)
def create_examples() -> ResponseReturnValue:
    """Add the examples whose shortcuts are free."""
    added = add_examples(user_id=current_user.id, now=get_clock().now())
    flash_success(ngettext("%(num)s example was added.", "%(num)s examples were added.", added))
    return _to_list()


def _saved() -> ResponseReturnValue:
    flash_success(_("The saved reply is ready to be used."))
    return _to_list()


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("saved_replies.list_replies"), 303)


def _form(form: SavedReplyForm, reply: SavedReply | None) -> ResponseReturnValue:
    page = render_template("saved_replies/form.html", form=form, reply=reply, variables=VARIABLES)
    return page, 422 if form.is_submitted() else 200
