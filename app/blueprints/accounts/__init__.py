"""Connecting Instagram accounts and looking after them."""

from flask import Blueprint

from app.web.account_words import state_words

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
bp.add_app_template_filter(state_words, "account_words")

from app.blueprints.accounts import connecting, routes  # noqa: E402

__all__ = ["bp", "connecting", "routes"]
