"""What can be ordered for a post with one button."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.publishing import bp
from app.errors import RuleError
from app.publishing import order_post
from app.publishing.delete_post import delete_post
from app.publishing.models import Post
from app.publishing.queries import get_post
from app.web.access import allow
from app.web.context import current_user, get_clock, get_config
from app.web.flash import flash_rule, flash_success, flash_with_undo
from app.web.redirects import redirect_back
from app.workspaces.models import Role


@bp.post("/<int:post_id>/take-back")
@allow(Role.MEMBER)
def take_back(post_id: int) -> ResponseReturnValue:
    """Undo «publish now» or «schedule»: the post is a draft again."""
    post = get_post(post_id)
    try:
        order_post.take_back_post(post.id, user_id=current_user.id, clock=get_clock())
    except RuleError as error:
        flash_rule(error)
        return redirect(url_for("publishing.show_post", post_id=post.id), 303)
    flash_success(_("Taken back: the post is a draft again."))
    return redirect(url_for("publishing.edit_post", post_id=post.id), 303)


@bp.post("/<int:post_id>/cancel")
@allow(Role.MEMBER)
def cancel(post_id: int) -> ResponseReturnValue:
    """Take a post out of the queue."""
    post = get_post(post_id)
    has_future = post.due_at is not None and post.due_at > get_clock().now()

    def say(_post: Post) -> None:
        text = _("The post will not go out.")
        if has_future:
            flash_with_undo(text, url_for("publishing.restore", post_id=post.id))
        else:
            flash_success(text)

    return _order(post, order_post.cancel_post, say)


@bp.post("/<int:post_id>/restore")
@allow(Role.MEMBER)
def restore(post_id: int) -> ResponseReturnValue:
    """Undo cancelling."""
    return _order(
        get_post(post_id), order_post.restore_post, lambda _post: flash_success(_("The post is planned again."))
    )


@bp.post("/<int:post_id>/retry")
@allow(Role.MEMBER)
def retry(post_id: int) -> ResponseReturnValue:
    """Bring out a failed, late or cancelled post now."""
    return _order(get_post(post_id), order_post.retry_post, _say_on_its_way)


@bp.post("/<int:post_id>/check")
@allow(Role.MEMBER)
def check(post_id: int) -> ResponseReturnValue:
    """Ask Instagram once more whether a post in doubt is live."""
    return _order(
        get_post(post_id), order_post.check_now, lambda _post: flash_success(_("Instagram is being asked once more."))
    )


@bp.post("/<int:post_id>/confirm")
@allow(Role.MEMBER)
def confirm(post_id: int) -> ResponseReturnValue:
    """Take the operator's word that a post in doubt is live, and which media it is if they chose one."""
    ig_media_id = request.form.get("ig_media_id") or None
    return _order(
        get_post(post_id),
        lambda post_id, *, user_id, clock: order_post.confirm_live(
            post_id, ig_media_id=ig_media_id, user_id=user_id, clock=clock
        ),
        lambda _post: flash_success(_("Noted: the post is live.")),
    )


@bp.post("/<int:post_id>/publish-again")
@allow(Role.MEMBER)
def publish_again(post_id: int) -> ResponseReturnValue:
    """Take the operator's word that a post in doubt is not live, and bring it out anew."""
    return _order(get_post(post_id), order_post.publish_again, _say_on_its_way)


@bp.post("/<int:post_id>/delete")
@allow(Role.MEMBER)
def delete(post_id: int) -> ResponseReturnValue:
    """Delete our entry of a post; what is live on Instagram stays there."""
    post = get_post(post_id)
    try:
        delete_post(post.id, media_dir=get_config().media_dir)
    except RuleError as error:
        flash_rule(error)
        return redirect(url_for("publishing.show_post", post_id=post.id), 303)
    flash_success(_("The post is deleted."))
    return redirect(url_for("publishing.list_posts"), 303)


def _say_on_its_way(post: Post) -> None:
    flash_with_undo(_("The post is on its way out."), url_for("publishing.take_back", post_id=post.id))


def _order(post: Post, order: Callable[..., Post], say: Callable[[Post], None]) -> ResponseReturnValue:
    """Give an order, say that it was given or which rule is in the way, and go back."""
    try:
        say(order(post.id, user_id=current_user.id, clock=get_clock()))
    except RuleError as error:
        flash_rule(error)
    return redirect_back(url_for("publishing.show_post", post_id=post.id))
