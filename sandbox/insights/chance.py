"""Chance that is always the same for the same keys."""

import hashlib

SCALE = 2**64


def chance(*keys: object) -> float:
    """Return a number from 0 up to 1 that depends on nothing but the keys."""
    digest = hashlib.blake2b("|".join(map(str, keys)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / SCALE


def between(low: float, high: float, *keys: object) -> float:
    """Return a number from `low` up to `high` that depends on nothing but the keys."""
    return low + (high - low) * chance(*keys)


def split(total: int, weights: dict[str, float]) -> dict[str, int]:
    """Share a whole number out by weights; the parts add up to it."""
    sum_of_weights, left, shares = sum(weights.values()), total, {}
    for name, weight in weights.items():
        shares[name] = min(left, round(total * weight / sum_of_weights)) if sum_of_weights else 0
        left -= shares[name]
    if left and shares:
        shares[next(iter(shares))] += left
    return shares
