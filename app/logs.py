"""Logs of every process: one JSON object a line on stderr, coloured lines in development, never a secret."""

import base64
import logging
import logging.config
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.config import Config
from app.instagram.redaction import MASK, redact

# Values under these names are never written, whatever they hold: secrets, and what people wrote.
HIDDEN_NAMES = frozenset(
    {
        "authorization",
        "body",
        "caption",
        "cookie",
        "csrf_token",
        "message_text",
        "password",
        "secret",
        "secret_key",
        "text",
        "token",
        "access_token",
        "token_ciphertext",
    }
)


class Redactor:
    """A structlog processor that masks secrets by their name, by their looks, and the ones this server knows."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
        """Return the event with every secret masked."""
        return {name: self._clean(name, value) for name, value in event_dict.items()}

    def _clean(self, name: str, value: Any) -> Any:
        if name.lower() in HIDDEN_NAMES:
            return MASK
        if isinstance(value, str):
            return redact(value, self._secrets)
        if isinstance(value, Mapping):
            return {key: self._clean(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean("", inner) for inner in value]
        return value if value is None or isinstance(value, bool | int | float) else redact(str(value), self._secrets)


def configure(config: Config) -> None:
    """Send every log line of this process, our own and the libraries', to stderr in one shape."""
    shared = _shared_processors()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": lambda: _formatter(config, shared)}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": config.log_level},
            "loggers": {
                # Werkzeug's own line holds the query string; our access line replaces it.
                "werkzeug": {"level": "WARNING"},
                "alembic": {"level": "WARNING"},
                "apscheduler": {"level": "WARNING"},
                "PIL": {"level": "WARNING"},
                "urllib3": {"level": "INFO"},
            },
        }
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(config: Config, shared: list[Processor]) -> logging.Formatter:
    last: Processor
    if config.development:
        last = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    else:
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Before the redactor, so that a secret in a traceback is masked too.
            structlog.processors.format_exc_info,
            structlog.processors.UnicodeDecoder(),
            Redactor(_known_secrets(config)),
            last,
        ],
    )


def _known_secrets(config: Config) -> tuple[str, ...]:
    return (
        config.secret_key,
        config.password_pepper,
        config.instagram_verify_token,
        *config.instagram_app_secrets,
        *(spelling for _id, key in config.encryption_keys for spelling in _in_base64(key)),
        *_in_address(urlsplit(config.database_url).password or ""),
    )


def _in_base64(key: bytes) -> tuple[str, str]:
    """Return a key as it may stand in the settings."""
    return base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()


def _in_address(password: str) -> tuple[str, str]:
    """Return a password as it stands in an address, and as it is."""
    return password, unquote(password)
