"""Connecting Instagram accounts and looking after them."""

from flask import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

from app.blueprints.accounts import connecting, routes  # noqa: E402

__all__ = ["bp", "connecting", "routes"]
