"""Writing a post and planning it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Account, AccountState
from app.accounts.queries import list_accounts
from app.assets.errors import UploadRefused
from app.assets.models import Asset
from app.blueprints.publishing import bp
from app.blueprints.publishing.forms import ComposerForm, new_token, read_date, read_fold, read_id, read_time, values_of
from app.blueprints.publishing.planning import Plan, chips, make_plan, preset
from app.blueprints.publishing.words import goes_out
from app.blueprints.uploads.forms import store_form_file
from app.errors import NotFound, RuleError
from app.instagram.caption import count_caption
from app.instagram.limits import CAPTION_CHARACTERS, CAPTION_HASHTAGS, CAPTION_MENTIONS
from app.publishing.models import Post
from app.publishing.outlook import PLANNED
from app.publishing.queries import get_post, list_files
from app.publishing.rules import EDITABLE
from app.publishing.save_post import publish_now, save_draft, schedule_post
from app.web.access import allow
from app.web.context import current_user, current_workspace, get_clock
from app.web.flash import flash_rule, flash_success, flash_with_undo
from app.web.redirects import wants_fragment
from app.web.shell import outgoing_pause
from app.workspaces.models import Role

CREATED = 201


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.MEMBER)
def new_post() -> ResponseReturnValue:
    """Write a new post; `?date=&time=` begin with that time, `?media=` with a file."""
    accounts = _usable_accounts()
    form = _make_form(accounts, None)
    if form.is_submitted():
        return _save(form, accounts, None)
    return _page(form, accounts, None)


@bp.route("/<int:post_id>/edit", methods=["GET", "POST"])
@allow(Role.MEMBER)
def edit_post(post_id: int) -> ResponseReturnValue:
    """Change a post that is not on Instagram yet; what was typed for one that has moved on meanwhile stays."""
    post = get_post(post_id)
    if request.method == "GET" and post.state not in EDITABLE:
        flash_rule(RuleError("post_moved_on", state=post.state))
        return redirect(url_for("publishing.show_post", post_id=post.id), 303)
    accounts = _usable_accounts(also=post.account)
    form = _make_form(accounts, post)
    if form.is_submitted():
        return _save(form, accounts, post)
    return _page(form, accounts, post)


@bp.get("/outlook")
@allow(Role.MEMBER)
def show_outlook() -> ResponseReturnValue:
    """Answer the part of the composer that says when the post goes out and what stands in its way."""
    day, moment = read_date(request.args.get("due_date")), read_time(request.args.get("due_time"))
    account_id = read_id(request.args.get("account_id"))
    ids = [asset_id for name in ("media", "cover") if (asset_id := read_id(request.args.get(name)))]
    files = list_files(ids)
    plan = make_plan(
        _combine(day, moment),
        read_fold(request.args.get("due_fold")),
        zone=current_workspace.timezone,
        account=next((account for account in list_accounts() if account.id == account_id), None),
        files=files,
        now=get_clock().now(),
        is_paused=outgoing_pause() is not None,
    )
    awaited = read_id(request.args.get("awaits_frames"))
    framed = next((asset for asset in files if asset.id == awaited and asset.publishable_path), None)
    fold = request.args.get("due_fold", "")
    return render_template("publishing/_outlook.html", plan=plan, fold=fold, framed=framed, partial=True)


@bp.get("/media")
@allow(Role.MEMBER)
def show_media() -> ResponseReturnValue:
    """Answer the part of the composer that shows how an uploaded file is doing."""
    ids = [asset_id for asset_id in [read_id(request.args.get("media"))] if asset_id]
    return render_template("publishing/_media.html", files=list_files(ids))


def _usable_accounts(also: Account | None = None) -> list[Account]:
    """Return the accounts to choose from; a post's own one is among them whatever its state."""
    accounts = [account for account in list_accounts() if account.state is not AccountState.DISCONNECTED]
    if also is not None and also.id not in {account.id for account in accounts}:
        accounts.append(also)
    return accounts


def _make_form(accounts: Sequence[Account], post: Post | None) -> ComposerForm:
    values = values_of(post) if post else _first_values(accounts)
    form = ComposerForm(data=values | {"form_token": new_token()})
    form.account_id.choices = [(account.id, f"@{account.username}") for account in accounts]
    return form


def _first_values(accounts: Sequence[Account]) -> dict[str, Any]:
    wall = preset(get_clock().now(), current_workspace.timezone)
    day, moment = read_date(request.args.get("date")), read_time(request.args.get("time"))
    if wall is not None and (day or moment):
        wall = datetime.combine(day or wall.date(), moment or wall.time())
    return {
        "account_id": accounts[0].id if accounts else None,
        "media": str(read_id(request.args.get("media")) or ""),
        "share_to_feed": True,
        "due_date": f"{wall:%Y-%m-%d}" if wall else "",
        "due_time": f"{wall:%H:%M}" if wall else "",
    }


def _combine(day: date | None, moment: time | None) -> datetime | None:
    return datetime.combine(day, moment) if day and moment else None


def _save(form: ComposerForm, accounts: Sequence[Account], post: Post | None) -> ResponseReturnValue:
    """Do what the pressed button says; show the form again, with all that was typed, where a rule is in the way."""
    _take_files(form)
    if not form.validate():
        return _page(form, accounts, post), 422
    try:
        return _carry_out(form, post)
    except RuleError as error:
        form.add_rule_error(error)
    except NotFound:
        form.add_rule_error(RuleError("media_gone", field="media"))
    return _page(form, accounts, post), 422


def _take_files(form: ComposerForm) -> None:
    """Take in the files that a browser without JavaScript sends with the form itself."""
    for field, name in ((form.media, "media_file"), (form.cover, "cover_file")):
        sent = request.files.get(name)
        if sent is None or not sent.filename:
            continue
        try:
            field.data = str(store_form_file(sent))
        except UploadRefused as error:
            form.refused_files[field.name] = error


def _carry_out(form: ComposerForm, post: Post | None) -> Response:
    given: dict[str, Any] = {
        "post_id": post.id if post else None,
        "mark": form.mark,
        "user_id": current_user.id,
        "clock": get_clock(),
    }
    match request.form.get("action"):
        case "draft":
            saved = save_draft(form.content, **given)
            flash_success(_("The draft is saved."))
        case "publish":
            saved = publish_now(form.content, **given)
            flash_with_undo(_("The post is on its way out."), url_for("publishing.take_back", post_id=saved.id))
        case _:
            due = form.get_due(current_workspace.timezone)
            saved = schedule_post(form.content, due, **given)
            flash_with_undo(goes_out(due), url_for("publishing.take_back", post_id=saved.id))
    return _lead_to(saved)


def _lead_to(post: Post) -> Response:
    """Lead to the post's page; tell a script that sent the form while a file is on its way where that is."""
    location = url_for("publishing.show_post", post_id=post.id)
    if wants_fragment():
        return Response(status=CREATED, headers={"Location": location})
    return redirect(location, 303)


def _page(form: ComposerForm, accounts: Sequence[Account], post: Post | None) -> str:
    files, cover = _chosen_files(form)
    plan = _plan_of(form, accounts, [*files, *(cover if form.cover_id else [])])
    return render_template(
        "publishing/composer.html",
        form=form,
        post=post,
        accounts=accounts,
        account=_chosen_account(form, accounts),
        files=files,
        cover=cover,
        plan=plan,
        chips=chips(get_clock().now(), current_workspace.timezone),
        counted=count_caption(form.caption.data or ""),
        limits=(CAPTION_CHARACTERS, CAPTION_HASHTAGS, CAPTION_MENTIONS),
        is_planned=post is not None and post.state in PLANNED,
    )


def _chosen_files(form: ComposerForm) -> tuple[Sequence[Asset], Sequence[Asset]]:
    cover_ids = [asset_id for asset_id in [read_id(form.cover.data)] if asset_id]
    return list_files(form.media_ids), list_files(cover_ids)


def _chosen_account(form: ComposerForm, accounts: Sequence[Account]) -> Account | None:
    return next((account for account in accounts if account.id == form.account_id.data), None)


def _plan_of(form: ComposerForm, accounts: Sequence[Account], files: Sequence[Asset]) -> Plan:
    return make_plan(
        form.wall,
        form.fold,
        zone=current_workspace.timezone,
        account=_chosen_account(form, accounts),
        files=files,
        now=get_clock().now(),
        is_paused=outgoing_pause() is not None,
    )
