"""How an uploaded file is doing."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.assets.delete_assets import delete_unused_assets
from app.assets.examine_again import OUR_REASONS
from app.assets.examine_again import examine_again as give_another_go
from app.assets.queries import get_asset
from app.blueprints.assets import bp
from app.web.access import allow
from app.web.context import get_clock, get_config
from app.web.flash import flash_success
from app.web.redirects import redirect_back, wants_fragment
from app.web.sentences.assets import fix_names
from app.workspaces.models import Role


@bp.get("/assets/<int:asset_id>")
@allow(Role.MEMBER)
def show_asset(asset_id: int) -> ResponseReturnValue:
    """Show a file: its progress while it is worked on, then what was found."""
    asset = get_asset(asset_id)
    template = "assets/_asset.html" if wants_fragment() else "assets/asset.html"
    return render_template(
        template, asset=asset, fixes=fix_names(asset.fixes or []), may_try_again=asset.refusal in OUR_REASONS
    )


@bp.post("/assets/<int:asset_id>/examinations")
@allow(Role.MEMBER)
def examine_again(asset_id: int) -> ResponseReturnValue:
    """Examine a file once more that was refused for a reason of ours."""
    give_another_go(asset_id, clock=get_clock())
    return redirect(url_for("assets.show_asset", asset_id=asset_id), 303)


@bp.post("/assets/<int:asset_id>/delete")
@allow(Role.MEMBER)
def delete_asset(asset_id: int) -> ResponseReturnValue:
    """Delete a file that no post uses."""
    asset = get_asset(asset_id)
    if delete_unused_assets([asset.id], media_dir=get_config().media_dir):
        flash_success(_("The file is deleted."))
    return redirect_back()
