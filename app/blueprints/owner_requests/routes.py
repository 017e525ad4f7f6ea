"""Deauthorize and data-deletion callbacks. Who calls proves it by the signature; nothing else is believed.

Source: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
"""

import structlog
from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.owner_requests import deauthorize_account, delete_owner_data, get_data_deletion
from app.blueprints.owner_requests import bp
from app.instagram.signed_request import SignedRequest, SignedRequestError, read_signed_request
from app.web.access import public
from app.web.context import get_clock, get_config
from app.web.csrf import csrf_exempt

log = structlog.get_logger(__name__)


@bp.post("/deauthorize")
@public
@csrf_exempt
def deauthorize() -> ResponseReturnValue:
    """Forget the token of an account whose owner removed the app."""
    deauthorize_account(_signed_request())
    return jsonify(success=True)


@bp.post("/data-deletion")
@public
@csrf_exempt
def delete_data() -> ResponseReturnValue:
    """Delete what is kept about the owner's account; answer where they can see that it was done."""
    config = get_config()
    code = delete_owner_data(
        _signed_request(),
        request.form["signed_request"],
        secret=config.secret_key,
        media_dir=config.media_dir,
        now=get_clock().now(),
    )
    path = url_for("owner_requests.show_deletion", code=code)
    return jsonify(url=f"{config.public_url}{path}", confirmation_code=code)


@bp.get("/data-deletion/<code>")
@public
def show_deletion(code: str) -> ResponseReturnValue:
    """Show how far a deletion is, to whoever holds its code."""
    return render_template("owner_requests/deletion.html", deletion=get_data_deletion(code))


def _signed_request() -> SignedRequest:
    """Return what Instagram signed; anything else is a 400 without a word about why."""
    try:
        signed = read_signed_request(request.form.get("signed_request", ""), get_config().instagram_app_secrets)
    except SignedRequestError:
        log.warning("signed request refused", route=request.endpoint)
        abort(400)
    log.info("signed request", route=request.endpoint, secret_index=signed.secret_index)
    return signed
