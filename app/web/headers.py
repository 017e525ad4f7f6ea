"""Headers that every answer carries, also the ones that say no."""

import secrets

from flask import Flask, Response, g, request, url_for

from app.config import Config
from app.web.context import find_visit

ONE_YEAR = 31_536_000
TWO_YEARS = 63_072_000

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def init_app(app: Flask, config: Config) -> None:
    """Add the headers to every answer of `app`, and `csp_nonce()` to its templates."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        # Files that were uploaded ask for a stricter one themselves.
        headers.setdefault("Content-Security-Policy", content_security_policy(config, g.get("csp_nonce")))
        headers["X-Content-Type-Options"] = "nosniff"
        # Addresses with a code in them send no referrer at all.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = PERMISSIONS
        # Media that Instagram fetches says cross-origin itself.
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if config.is_https:
            headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
        _add_caching(response)
        return response


def csp_nonce() -> str:
    """Return this answer's nonce, for the one inline script there is (the import map)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_security_policy(config: Config, nonce: str | None) -> str:
    """Return the policy; a nonce is named only when the page uses it."""
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {script}",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            f"form-action 'self' {config.instagram_login_url}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def _add_caching(response: Response) -> None:
    """Keep nothing but static files in caches, unless the route says otherwise."""
    if request.endpoint == "static":
        fresh = "v" in request.args and response.status_code == 200
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable" if fresh else "no-cache"
        return
    response.headers.setdefault("Cache-Control", "no-store")
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
        if find_visit() is not None and response.status_code == 200:
            response.headers["Speculation-Rules"] = f'"{url_for("page_assets.speculation_rules")}"'
