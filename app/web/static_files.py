"""Static files: their addresses change with their content, so that browsers keep them for a year."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response

from app.web.access import bare

bp = Blueprint("page_assets", __name__)

# A click on these would do something, or leave the site: never fetch them ahead.
SPECULATION_RULES = {
    "prefetch": [
        {
            "source": "document",
            "where": {"and": [{"href_matches": "/*"}, {"not": {"selector_matches": "[download], [target=_blank]"}}]},
            "eagerness": "moderate",
        }
    ]
}


def init_app(app: Flask) -> None:
    """Add `v=<digest>` to every address that `url_for("static", …)` makes."""
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and "filename" in values:
            version = file_version(folder / str(values["filename"]), fresh=bool(app.config["TEMPLATES_AUTO_RELOAD"]))
            if version:
                values["v"] = version

    app.register_blueprint(bp)


@bp.get("/speculation-rules.json")
@bare
def speculation_rules() -> Response:
    """Tell browsers to fetch a page while the pointer rests on its link."""
    response = Response(json.dumps(SPECULATION_RULES), mimetype="application/speculationrules+json")
    response.cache_control.public = True
    response.cache_control.max_age = 86_400
    return response


def file_version(path: Path, *, fresh: bool = False) -> str | None:
    """Return a short digest of the file, or None when there is no such file. `fresh` notices edits."""
    try:
        changed = path.stat().st_mtime_ns if fresh else 0
        return _digest(path, changed)
    except OSError:
        return None


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
