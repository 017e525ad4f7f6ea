"""The user's signed-in devices."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.settings import bp
from app.web.access import allow
from app.web.context import current_user, get_clock, get_visit
from app.web.devices import describe_device
from app.web.flash import flash_success
from app.workspaces.logins import end_login, end_logins, list_devices
from app.workspaces.models import Role


@bp.get("/devices")
@allow(Role.MEMBER)
def show_devices() -> ResponseReturnValue:
    """Show where the user is signed in."""
    devices = [
        (device, describe_device(device.user_agent)) for device in list_devices(current_user.id, get_clock().now())
    ]
    return render_template("settings/devices.html", devices=devices, this_id=get_visit().login_id)


@bp.post("/devices/<int:login_id>/end")
@allow(Role.MEMBER)
def end_device(login_id: int) -> ResponseReturnValue:
    """Sign one of the user's devices out; it may be this one."""
    end_login(login_id, current_user.id)
    if login_id == get_visit().login_id:
        session.clear()
        return redirect(url_for("auth.login"), 303)
    flash_success(_("The device was signed out."))
    return redirect(url_for("settings.show_devices"), 303)


@bp.post("/devices/end-others")
@allow(Role.MEMBER)
def end_other_devices() -> ResponseReturnValue:
    """Sign every other device of the user out."""
    end_logins(current_user.id, but=get_visit().login_id)
    flash_success(_("All other devices were signed out."))
    return redirect(url_for("settings.show_devices"), 303)
