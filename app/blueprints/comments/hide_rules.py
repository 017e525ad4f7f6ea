"""Rules that hide comments by themselves: the rules, a trial of a new one, and the log of what they did."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from app.blueprints.comments import bp
from app.blueprints.comments.filters import read_id
from app.comments.hide_log import list_hidden, list_hide_rules
from app.comments.hide_rules import MATCHED_CHARACTERS
from app.comments.models import HideRuleKind
from app.comments.save_hide_rule import (
    Trial,
    create_hide_rule,
    delete_hide_rule,
    restore_hidden,
    switch_hide_rule,
    try_rule,
)
from app.errors import RuleError
from app.web.access import allow
from app.web.context import current_user, get_clock
from app.web.flash import flash_rule, flash_success
from app.web.forms import AtMost, Form, choices
from app.web.redirects import wants_fragment
from app.workspaces.models import Role

KINDS = {
    HideRuleKind.WORD: _l("A word or phrase"),
    HideRuleKind.LINK: _l("Any link"),
    HideRuleKind.PHONE: _l("Any phone number"),
}


class HideRuleForm(Form):
    """A new rule."""

    kind = SelectField(_l("Hide comments with"), choices=lambda: choices(KINDS))
    word = StringField(_l("Word or phrase"), validators=[AtMost(MATCHED_CHARACTERS)])


@bp.route("/rules", methods=["GET", "POST"])
@allow(Role.MEMBER)
def show_rules() -> ResponseReturnValue:
    """Show the rules and their log; a POST tries a new rule out, or keeps it."""
    form = HideRuleForm()
    trial = None
    if form.validate_on_submit():
        kind, word = HideRuleKind(form.kind.data), form.word.data or ""
        try:
            if "try" not in request.form:
                create_hide_rule(kind, word, user_id=current_user.id, now=get_clock().now())
                flash_success(_("The rule is on: new comments that fit are hidden."))
                return redirect(url_for("comments.show_rules"), 303)
            trial = try_rule(kind, word)
        except RuleError as error:
            form.add_rule_error(error)
    return _page(form, trial), 422 if form.errors or form.form_errors else 200


def _page(form: HideRuleForm, trial: Trial | None) -> str:
    page = list_hidden(read_id(request.args.get("before")))
    template = "comments/_hide_log.html" if wants_fragment() and request.method == "GET" else "comments/rules.html"
    return render_template(
        template,
        form=form,
        trial=trial,
        kinds=KINDS,
        rules=list_hide_rules() if template == "comments/rules.html" else [],
        records=page.records,
        next_before=page.next_before,
    )


@bp.post("/rules/<int:rule_id>/switch")
@allow(Role.MEMBER)
def switch_rule(rule_id: int) -> ResponseReturnValue:
    """Switch a rule on or off."""
    is_on = request.form.get("is_on") == "y"
    switch_hide_rule(rule_id, is_on=is_on)
    flash_success(_("The rule is on.") if is_on else _("The rule is off."))
    return redirect(url_for("comments.show_rules"), 303)


@bp.post("/rules/<int:rule_id>/delete")
@allow(Role.MEMBER)
def delete_rule(rule_id: int) -> ResponseReturnValue:
    """Delete a rule; what it has hidden stays hidden."""
    delete_hide_rule(rule_id)
    flash_success(_("The rule is deleted. What it has hidden stays hidden."))
    return redirect(url_for("comments.show_rules"), 303)


@bp.post("/rules/log/<int:record_id>/restore")
@allow(Role.MEMBER)
def restore(record_id: int) -> ResponseReturnValue:
    """Show again what a rule has hidden."""
    try:
        restore_hidden(record_id, user_id=current_user.id, now=get_clock().now())
    except RuleError as error:
        flash_rule(error)
    else:
        flash_success(_("The comment is being shown again."))
    return redirect(url_for("comments.show_rules"), 303)
