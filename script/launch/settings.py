"""The settings that `script/server` starts everything with, and the secrets it makes and keeps."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from script.launch.folders import INSTANCE, PROJECT
from script.launch.stop import Stop

SANDBOX_ORIGINS = ("INSTAGRAM_GRAPH_URL", "INSTAGRAM_TOKEN_URL", "INSTAGRAM_LOGIN_URL", "INSTAGRAM_UPLOAD_URL")
HEADER = "# Made by script/server and kept between its runs. Secrets: do not show, do not commit.\n"


@dataclass(frozen=True)
class Files:
    """Where the operator writes settings, and where we keep the secrets we made and what leads to the sandbox.

    The last is a file of its own, so that `app.startup` can leave it alone once an Instagram app is set.
    """

    given: Path = PROJECT / ".env"
    secrets: Path = INSTANCE / ".env"
    trial: Path = INSTANCE / "trial.env"


def collect(environ: Mapping[str, str], files: Files = Files()) -> dict[str, str]:
    """Return the settings for this run: the environment's, else those of `.env`, else our own.

    Secrets that are set nowhere are made and kept. Without an Instagram app of the operator's own, the other side is
    the local sandbox. Raises Stop.
    """
    given = read_given(environ, files)
    own = _kept_or_made(_SECRETS, files.secrets)
    _keep(own, files.secrets)
    own["PORT"] = str(_port(given, "PORT", 8000))
    own["PUBLIC_URL"] = f"http://127.0.0.1:{own['PORT']}"
    if is_trying_out(given):
        port = _port(given, "SANDBOX_PORT", 8001)
        trial = _kept_or_made(_TRIAL_SECRETS, files.trial) | {"SANDBOX_PORT": str(port)}
        trial |= dict.fromkeys(SANDBOX_ORIGINS, f"http://127.0.0.1:{port}")
        _keep({"PUBLIC_URL": own["PUBLIC_URL"], **trial}, files.trial)
        own |= trial
    return own | given


def _kept_or_made(makers: Mapping[str, Callable[[], str]], path: Path) -> dict[str, str]:
    kept = read_env_file(path)
    return {name: kept.get(name) or make() for name, make in makers.items()}


def read_given(environ: Mapping[str, str], files: Files = Files()) -> dict[str, str]:
    """Return what the operator set, in the environment or else in `.env`; an empty value counts as none."""
    return {name: value for name, value in {**read_env_file(files.given), **environ}.items() if value}


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a file; empty when there is no such file."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.removeprefix("export ").partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, equals, value in pairs if equals}


def is_trying_out(given: Mapping[str, str]) -> bool:
    """Whether no Instagram app is set, so that the local sandbox is to stand in."""
    return not any(name in given for name in ("INSTAGRAM_APP_ID", *SANDBOX_ORIGINS))


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise Stop(f"{name}: must be a whole number from 1 to 65535, not {value!r}")
    return int(value)


def _keep(values: Mapping[str, str], path: Path) -> None:
    """Write the file for the next run and for the operator's commands; nobody else may read it."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(HEADER + "".join(f"{name}={value}\n" for name, value in values.items()))
    part.replace(path)


def _token() -> str:
    return secrets.token_urlsafe(48)


def _encryption_key() -> str:
    return "k1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


_SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _token,
    "ENCRYPTION_KEYS": _encryption_key,
    "PASSWORD_PEPPER": _token,
}
_TRIAL_SECRETS: dict[str, Callable[[], str]] = {
    "INSTAGRAM_APP_ID": lambda: str(secrets.randbelow(9 * 10**14) + 10**14),
    "INSTAGRAM_APP_SECRET": lambda: secrets.token_hex(16),
    "INSTAGRAM_VERIFY_TOKEN": lambda: secrets.token_urlsafe(24),
    "DEMO_PASSWORD": lambda: "-".join(secrets.token_hex(2) for _ in range(4)),
}
