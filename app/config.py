"""Settings, read from the environment once. A wrong or missing one stops the start and is named."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

LOCALES = ("ru", "kk", "en")
PROJECT_DIR = Path(__file__).resolve().parent.parent


class ConfigError(Exception):
    """One or more settings are missing or wrong; the message has a line for each."""


@dataclass(frozen=True)
class Config:
    """Every setting of the server. See docs/settings.md for what each means to the operator."""

    app_name: str
    development: bool
    database_url: str
    secret_key: str
    encryption_keys: tuple[tuple[str, bytes], ...]
    password_pepper: str
    password_rounds: int
    public_url: str
    trusted_proxies: int
    media_dir: Path
    timezone: str
    default_locale: str
    instagram_app_id: str
    instagram_app_secrets: tuple[str, ...]
    instagram_verify_token: str
    instagram_graph_url: str
    instagram_token_url: str
    instagram_login_url: str
    instagram_upload_url: str
    instagram_api_version: str
    log_level: str
    port: int

    def __repr__(self) -> str:
        """Name no secret, so that a config can stand in a log or a traceback."""
        return f"Config(public_url={self.public_url!r}, development={self.development})"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over TLS; cookies are marked Secure then."""
        return self.public_url.startswith("https://")

    @property
    def is_trying_out(self) -> bool:
        """Whether the other side is a local sandbox instead of Instagram itself."""
        return (urlsplit(self.instagram_graph_url).hostname or "") in {"127.0.0.1", "localhost", "::1"}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read all settings from `environ` (default: the process's own).

        Raises ConfigError naming every setting that is missing or wrong.
        """
        reader = _Reader(os.environ if environ is None else environ)
        config = cls(
            app_name=reader.text("APP_NAME", "SocialFlow"),
            development=reader.choice("APP_ENV", ("production", "development"), "production") == "development",
            database_url=reader.database_url("DATABASE_URL", "sqlite:///instance/socialflow.db"),
            secret_key=reader.secret("SECRET_KEY", 32),
            encryption_keys=reader.encryption_keys("ENCRYPTION_KEYS"),
            password_pepper=reader.secret("PASSWORD_PEPPER", 32),
            password_rounds=reader.number("PASSWORD_ROUNDS", 12, 4, 16),
            public_url=reader.origin("PUBLIC_URL", "http://127.0.0.1:8000"),
            trusted_proxies=reader.number("TRUSTED_PROXIES", 0, 0, 5),
            media_dir=reader.folder("MEDIA_DIR", "media"),
            timezone=reader.zone("TIMEZONE", "Asia/Almaty"),
            default_locale=reader.choice("DEFAULT_LOCALE", LOCALES, "ru"),
            instagram_app_id=reader.text("INSTAGRAM_APP_ID", ""),
            instagram_app_secrets=reader.words("INSTAGRAM_APP_SECRET"),
            instagram_verify_token=reader.text("INSTAGRAM_VERIFY_TOKEN", ""),
            instagram_graph_url=reader.origin("INSTAGRAM_GRAPH_URL", "https://graph.instagram.com"),
            instagram_token_url=reader.origin("INSTAGRAM_TOKEN_URL", "https://api.instagram.com"),
            instagram_login_url=reader.origin("INSTAGRAM_LOGIN_URL", "https://www.instagram.com"),
            instagram_upload_url=reader.origin("INSTAGRAM_UPLOAD_URL", "https://rupload.facebook.com"),
            instagram_api_version=reader.version("INSTAGRAM_API_VERSION", "v25.0"),
            log_level=reader.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            port=reader.number("PORT", 8000, 1, 65535),
        )
        reader.raise_if_wrong()
        return config


class _Reader:
    """Reads settings one by one and remembers what was wrong with each."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def raise_if_wrong(self) -> None:
        if self.problems:
            raise ConfigError("\n".join(self.problems))

    def problem(self, name: str, sentence: str) -> None:
        self.problems.append(f"{name}: {sentence}")

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.environ.get(name, "").split(",") if word.strip())

    def secret(self, name: str, least: int) -> str:
        value = self.environ.get(name, "").strip()
        if not value:
            self.problem(name, "is missing. Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'")
        elif len(value) < least:
            self.problem(name, f"is too short: it needs at least {least} characters")
        return value

    def encryption_keys(self, name: str) -> tuple[tuple[str, bytes], ...]:
        keys: list[tuple[str, bytes]] = []
        for word in self.words(name):
            key_id, _, encoded = word.partition(":")
            try:
                key = base64.b64decode(encoded, altchars=b"-_", validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if not key_id.isalnum() or len(key) != 32:
                self.problem(name, "each key is an id, a colon and 32 bytes in base64, such as k1:…=")
                return ()
            keys.append((key_id, key))
        if not keys:
            self.problem(
                name,
                "is missing. Make one: python -c 'import base64,os; "
                'print("k1:" + base64.urlsafe_b64encode(os.urandom(32)).decode())\'',
            )
        elif len({key_id for key_id, _ in keys}) != len(keys):
            self.problem(name, "two keys have the same id")
        return tuple(keys)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            self.problem(name, f"must be a whole number from {least} to {most}, not {value!r}")
            return default
        return int(value)

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problem(name, f"must be one of {', '.join(allowed)}, not {value!r}")
            return default
        return value

    def zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problem(name, f"is not a time zone such as Asia/Almaty: {value!r}")
        return value

    def origin(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
            self.problem(name, f"must be an origin such as https://social.example.kz, not {value!r}")
        return value

    def version(self, name: str, default: str) -> str:
        value = self.text(name, default)
        major, dot, minor = value.removeprefix("v").partition(".")
        if not (value.startswith("v") and dot and major.isdecimal() and minor.isdecimal()):
            self.problem(name, f"must look like v25.0, not {value!r}")
        return value

    def folder(self, name: str, default: str) -> Path:
        path = Path(self.text(name, default))
        return path if path.is_absolute() else PROJECT_DIR / path

    def database_url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            url = make_url(value)
        except ArgumentError:
            self.problem(name, "is not a database address; use sqlite:///… or mysql+pymysql://…")
            return default
        if url.drivername not in {"sqlite", "mysql+pymysql"}:
            self.problem(name, f"must begin with sqlite:/// or mysql+pymysql://, not {url.drivername}")
        if url.drivername == "sqlite" and url.database and not Path(url.database).is_absolute():
            return f"sqlite:///{PROJECT_DIR / url.database}"
        return value
