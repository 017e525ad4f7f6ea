"""Who the followers are, as far as Instagram tells: at most 45 values a dimension, in no order."""

from itertools import product

from sandbox.insights.chance import between, chance

TOP = 45
KNOWN_SHARE = 0.94  # sums stay below the number of followers
SHARES: dict[str, dict[str, float]] = {
    "age": {"13-17": 3, "18-24": 24, "25-34": 38, "35-44": 21, "45-54": 9, "55-64": 3.5, "65+": 1.5},
    "gender": {"F": 63, "M": 33, "U": 4},
    "country": {
        "KZ": 84, "RU": 6, "KG": 2.4, "UZ": 2.2, "TR": 1.5, "DE": 0.9, "US": 0.8, "AE": 0.6, "KR": 0.5, "CN": 0.5,
        "BY": 0.3, "GE": 0.3,
    },
    "city": {
        "Almaty, Almaty": 52, "Astana, Astana": 11, "Shymkent, Turkistan Region": 6, "Karaganda, Karaganda Region": 4,
        "Aktobe, Aktobe Region": 3, "Taraz, Jambyl Region": 2.5, "Pavlodar, Pavlodar Region": 2.2,
        "Oskemen, East Kazakhstan Region": 2, "Semey, Abai Region": 1.8, "Atyrau, Atyrau Region": 1.8,
        "Kostanay, Kostanay Region": 1.6, "Kyzylorda, Kyzylorda Region": 1.5, "Oral, West Kazakhstan Region": 1.4,
        "Aktau, Mangystau Region": 1.3, "Turkistan, Turkistan Region": 1.2, "Moscow, Moscow": 1.2,
        "Bishkek, Bishkek": 1.1, "Tashkent, Tashkent": 0.9, "Taldykorgan, Jetisu Region": 0.9, "Kaskelen, Almaty": 0.8,
    },
}  # fmt: skip


def demographics(user_id: str, people: int, dimensions: tuple[str, ...]) -> list[tuple[tuple[str, ...], int]]:
    """Return how many of so many people have which values; pairs for two dimensions."""
    weights: dict[tuple[str, ...], float] = {}
    for values in product(*(SHARES[name] for name in dimensions)):
        weight = 1.0
        for name, value in zip(dimensions, values, strict=True):
            weight *= SHARES[name][value] * between(0.85, 1.15, user_id, name, value)
        weights[values] = weight
    whole = sum(weights.values())
    counted = {values: int(people * KNOWN_SHARE * weight / whole) for values, weight in weights.items()}
    found = sorted(((values, count) for values, count in counted.items() if count), key=lambda one: -one[1])[:TOP]
    return sorted(found, key=lambda one: chance(user_id, one[0]))
