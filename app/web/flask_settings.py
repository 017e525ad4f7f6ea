"""Flask's own settings, derived from ours."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from app.config import PROJECT_DIR, Config
from app.workspaces.logins import LOGIN_LIFETIME

REQUEST_BYTES = 1024 * 1024
"""Of a whole request; a blueprint that takes more says so with `app.web.large_bodies`."""

FORM_FIELDS = 1000
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def cookie_name(config: Config, suffix: str = "") -> str:
    """Return a cookie's name; `__Host-` binds it to this very host, and browsers demand TLS for that."""
    name = f"socialflow-{suffix}" if suffix else "socialflow"
    return f"__Host-{name}" if config.is_https else name


def flask_settings(config: Config) -> dict[str, Any]:
    """Return the mapping for `app.config`."""
    return {
        "SECRET_KEY": config.secret_key,
        "DEBUG": False,
        "PROPAGATE_EXCEPTIONS": False,
        "TRUSTED_HOSTS": trusted_hosts(config),
        "PREFERRED_URL_SCHEME": "https" if config.is_https else "http",
        "MAX_CONTENT_LENGTH": REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": REQUEST_BYTES,
        "MAX_FORM_PARTS": FORM_FIELDS,
        "SESSION_COOKIE_NAME": cookie_name(config),
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": LOGIN_LIFETIME,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(0),
        # The token lives as long as the session that it belongs to.
        "WTF_CSRF_TIME_LIMIT": None,
        # app.web.csrf compares origins itself, and decides which routes are exempt.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_FIELD_NAME": "csrf_token",
        "BABEL_DEFAULT_LOCALE": config.default_locale,
        "BABEL_DEFAULT_TIMEZONE": config.timezone,
        "BABEL_TRANSLATION_DIRECTORIES": str(PROJECT_DIR / "translations"),
        "TEMPLATES_AUTO_RELOAD": config.development,
    }


def trusted_hosts(config: Config) -> list[str]:
    """Return the host names that requests may be sent to; any other is answered with 400."""
    host = urlsplit(config.public_url).hostname or ""
    own = f"[{host}]" if ":" in host else host
    return [own, *LOCAL_HOSTS] if config.is_trying_out or config.development else [own]
