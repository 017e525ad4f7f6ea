"""Secrets at rest: AES-256-GCM under one of several keys, bound to the place where they are kept."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Undecryptable(Exception):
    """The ciphertext is damaged, belongs to another row, or its key is gone."""


class KeyRing:
    """Encrypts with the first key and decrypts with whichever key a ciphertext names.

    The place (table, column, row, workspace) is authenticated with the secret, so a ciphertext
    that was copied to another row does not open there.
    """

    def __init__(self, keys: tuple[tuple[str, bytes], ...]) -> None:
        self._first_id = keys[0][0]
        self._keys = {key_id: AESGCM(key) for key_id, key in keys}

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    def encrypt(self, secret: str, place: "Place") -> str:
        """Return `key id:base64(nonce + ciphertext)` for `secret`, bound to `place`."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[self._first_id].encrypt(nonce, secret.encode(), place.associated_data)
        return f"{self._first_id}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, ciphertext: str, place: "Place") -> str:
        """Return the secret. Raises Undecryptable when it does not belong here or was altered."""
        key_id, _, encoded = ciphertext.partition(":")
        key = self._keys.get(key_id)
        if key is None:
            raise Undecryptable(f"no key {key_id!r}")
        try:
            raw = base64.urlsafe_b64decode(encoded)
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.associated_data).decode()
        except (InvalidTag, ValueError) as error:
            raise Undecryptable("the ciphertext does not belong here or was altered") from error

    def is_current(self, ciphertext: str) -> bool:
        """Whether `ciphertext` is under the key that new secrets are written with."""
        return ciphertext.partition(":")[0] == self._first_id


class Place:
    """Where a secret is kept."""

    def __init__(self, table: str, column: str, row_id: int, workspace_id: int) -> None:
        self.associated_data = f"{table}|{column}|{row_id}|{workspace_id}".encode()
