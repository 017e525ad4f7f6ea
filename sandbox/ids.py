"""Identifiers that look like Instagram's: decimal strings above 2^53, growing with time but with gaps."""

import base64
import random
import string
import threading

ALPHABET = string.ascii_letters + string.digits
SHORTCODE_ALPHABET = ALPHABET + "-_"

# The first digits tell a reader of a log what an id belongs to.
PREFIXES = {
    "user": "178414",
    "scoped": "26",
    "container": "1788",
    "media": "1790",
    "comment": "1787",
    "person": "52",
    "file": "1799",
}
THREAD_PREFIX, MESSAGE_PREFIX = "340282366841710300", "324"
ESCAPES = (("Z", "ZA"), ("+", "ZB"), ("/", "ZC"), ("=", "ZD"))


class Ids:
    """A source of ids, tokens and codes; the same seed gives the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._lock = threading.Lock()
        self.reseed(seed)

    def reseed(self, seed: int | None) -> None:
        """Start over; None takes a seed from the operating system."""
        with self._lock:
            self.random = random.Random(seed)  # noqa: S311 (reproducible on purpose; nothing here is a secret)
            self._last = {kind: self.random.randrange(10**12, 5 * 10**12) for kind in PREFIXES}

    def next(self, kind: str) -> str:
        """Return a new id of a kind named in PREFIXES."""
        with self._lock:
            self._last[kind] += self.random.randrange(1, 9973)
            width = 11 if kind == "user" else 13
            return f"{PREFIXES[kind]}{str(self._last[kind])[-width:].zfill(width)}"

    def thread_number(self) -> str:
        """Return the number inside a conversation's id."""
        return THREAD_PREFIX + self.text(21, string.digits)

    def message(self, user_id: str, thread_number: str) -> str:
        """Return a message id, which decodes as the real ones do."""
        number = MESSAGE_PREFIX + self.text(32, string.digits)
        return direct_id(f"ig_dm_item:1:IGMessageID:{user_id}:{thread_number}:{number}")

    def text(self, length: int, alphabet: str = ALPHABET) -> str:
        """Return random characters."""
        with self._lock:
            return "".join(self.random.choices(alphabet, k=length))

    def fraction(self) -> float:
        """Return a random number from 0 to 1."""
        with self._lock:
            return self.random.random()

    def token(self) -> str:
        """Return an access token with the prefix of Instagram Login tokens."""
        return "IGAA" + self.text(120)

    def trace(self) -> str:
        """Return an ``fbtrace_id``."""
        return "A" + self.text(22)


def direct_id(plain: str) -> str:
    """Return a conversation's or message's id: base64 with its special characters, and Z, escaped by Z."""
    encoded = base64.b64encode(plain.encode()).decode()
    for character, escape in ESCAPES:
        encoded = encoded.replace(character, escape)
    return encoded


def encode_cursor(value: int) -> str:
    """Return an opaque paging cursor."""
    inner = base64.urlsafe_b64encode(f"AQHR{value:014d}".encode()).decode()
    return "QVFI" + inner.rstrip("=")


def decode_cursor(cursor: str) -> int:
    """Return what encode_cursor was given; raises ValueError for anything else."""
    if not cursor.startswith("QVFI"):
        raise ValueError("not a cursor")
    inner = cursor[4:]
    text = base64.urlsafe_b64decode(inner + "=" * (-len(inner) % 4)).decode("ascii")
    if not text.startswith("AQHR"):
        raise ValueError("not a cursor")
    return int(text[4:])
