"""Comments: the list of threads, one thread, what is done in them, and the rules that hide some."""

from flask import Blueprint

bp = Blueprint("comments", __name__, url_prefix="/comments")

from app.blueprints.comments import answers, bulk, hide_rules, listing, orders, pictures, thread_page  # noqa: E402

__all__ = ["answers", "bp", "bulk", "hide_rules", "listing", "orders", "pictures", "thread_page"]
