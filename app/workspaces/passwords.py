"""Passwords: which are good enough, and how they are kept."""

import base64
import hashlib
import hmac
import threading
import unicodedata
from functools import cache
from pathlib import Path

import bcrypt

from app.errors import RuleError

SHORTEST = 8
LONGEST_BYTES = 1024
MONOTONOUS_BELOW = 16
"""Shorter than this, one or two different letters are easy to guess."""
WAITING_MOST = 4
"""How many may stand in line for the one hash at a time; the rest is asked to come back."""

_COMMON_FILE = Path(__file__).with_name("common_passwords.txt")


class Passwords:
    """Hashes and checks passwords, one at a time in this process.

    What is stored is bcrypt(base64(hmac-sha384(password, pepper))): bcrypt alone would cut or refuse anything over
    72 bytes, which is 36 Cyrillic letters.
    """

    def __init__(self, *, pepper: str, rounds: int) -> None:
        self._pepper = pepper.encode()
        self._rounds = rounds
        self._one_at_a_time = threading.Lock()
        self._line = threading.BoundedSemaphore(WAITING_MOST)
        self._salt_for_nobody = bcrypt.gensalt(rounds)
        self.hashes_computed = 0

    def hash(self, password: str) -> str:
        """Return what to store for `password`. Raises RuleError `sign_in_busy`."""
        return self._bcrypt(password, bcrypt.gensalt(self._rounds)).decode()

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether `stored` was made from `password`. Costs the same when there is no such user (None).

        Raises RuleError `sign_in_busy` when too many wait for their turn.
        """
        salt = self._salt_of(stored)
        made = self._bcrypt(password, salt or self._salt_for_nobody)
        return salt is not None and stored is not None and hmac.compare_digest(made, stored.encode())

    def is_outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other rounds than new passwords are."""
        return not stored.startswith(f"$2b${self._rounds:02d}$")

    def _salt_of(self, stored: str | None) -> bytes | None:
        return stored.encode() if stored is not None and len(stored) == 60 and stored.startswith("$2b$") else None

    def _bcrypt(self, password: str, salt: bytes) -> bytes:
        if not self._line.acquire(blocking=False):
            raise RuleError("sign_in_busy")
        try:
            with self._one_at_a_time:
                self.hashes_computed += 1
                return bcrypt.hashpw(self._prehash(password), salt)
        finally:
            self._line.release()

    def _prehash(self, password: str) -> bytes:
        digest = hmac.new(self._pepper, password.encode("utf-8", "surrogatepass"), hashlib.sha384).digest()
        return base64.b64encode(digest)


def check_new_password(password: str, *, email: str = "", name: str = "") -> None:
    """Raise RuleError (`password_too_short`, `password_too_long`, `password_common`) unless it may be used."""
    if len(password) < SHORTEST:
        raise RuleError("password_too_short", field="password", least=SHORTEST)
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_BYTES:
        raise RuleError("password_too_long", field="password", most=LONGEST_BYTES)
    if _is_guessable(password, email, name):
        raise RuleError("password_common", field="password")


def _is_guessable(password: str, email: str, name: str) -> bool:
    folded = _fold(password)
    known_of_them = {_fold(email), _fold(email.partition("@")[0]), _fold(name)}
    is_monotonous = len(folded) < MONOTONOUS_BELOW and len(set(folded)) <= 2
    return folded in common_passwords() or folded in known_of_them or is_monotonous


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that attackers try first, folded."""
    return frozenset(_fold(line) for line in _COMMON_FILE.read_text("utf-8").splitlines() if line.strip())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
