"""What people write: texts in Russian, Kazakh and both, whose words are as unevenly frequent as those of a language."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from app.comments.wording import is_question, language_of
from app.search.folding import fold

TEXTS = 20_000
WORDS_OF_A_LANGUAGE = 6_000
SHORTEST, LONGEST = 2, 14
QUESTIONS = 0.15
COMMON, MIDDLING = "доставка", "адрес"
"""Words of about every third and every twentieth text."""
SELDOM, RARE = "эклер", "қыжыл"
"""Words that stand in none of these texts: whoever writes rows puts them where they are wanted."""

_RUSSIAN = """
доставка и в на можно цена спасибо очень какая адрес хочу сколько где вкусно кофе торт привет подарок добрый день есть
красиво заказ размер сегодня завтра оплата магазин город букет рецепт супер молодцы цвет работаете время телефон запись
курс ребенок скидка акция мастер студия платье куртка сумка обувь кольцо десерт хлеб булочка чашка столик бронь
"""
_KAZAKH = """
рахмет керек қанша бағасы қайда сәлем бар ма жақсы әдемі тамаша болады қалай тапсырыс мекенжай жеткізу бүгін ертең
алайын қымбат арзан өте дәмді нан шай сыйлық гүл көйлек бала күн сағат ашық жабық қала дүкен үлкен кіші түсі бәрі
"""
_ENGLISH = "price please love delivery hello thanks how much is the beautiful want this where open today cake coffee"
_RUSSIAN_PARTS = "про за пере вы на от под кон мас тор лим сте бри гор лен вол кар мед сил ров ник ста ком бел дом лес"
_KAZAKH_PARTS = "қар жұл тау көл бас ата сөз жүр өмі қыз ғал дән нұр шаң әже құс тең ойы сай бөл түн мер ала іні"


@dataclass(frozen=True)
class WrittenText:
    """A text and what is stored of it."""

    text: str
    folded: str
    language: str
    is_question: bool


@cache
def make_texts() -> list[WrittenText]:
    """Return TEXTS texts, the same each time."""
    chance = random.Random(7)
    russian = _weighted(chance, _RUSSIAN, _RUSSIAN_PARTS)
    kazakh = _weighted(chance, _KAZAKH, _KAZAKH_PARTS)
    english = _weighted(chance, _ENGLISH, "")
    return [_write(chance, russian, kazakh, english) for _ in range(TEXTS)]


Weighted = tuple[list[str], list[float]]


def _weighted(chance: random.Random, words: str, parts: str) -> Weighted:
    """Return a language's words, most frequent first, and the sums of their weights: the n-th has a weight of 1 / n."""
    known = dict.fromkeys(words.split())
    pieces = parts.split()
    while pieces and len(known) < WORDS_OF_A_LANGUAGE:
        known.setdefault("".join(chance.choices(pieces, k=chance.randint(2, 4))))
    return list(known), list(accumulate(1 / (rank + 1) for rank in range(len(known))))


def _write(chance: random.Random, russian: Weighted, kazakh: Weighted, english: Weighted) -> WrittenText:
    ((first, second),) = chance.choices(
        ((russian, russian), (kazakh, kazakh), (russian, kazakh), (english, english)), (55, 30, 13, 2)
    )
    length = chance.randint(SHORTEST, LONGEST)
    half = length if first is second else length // 2 or 1
    words = [*_choose(chance, first, half), *(_choose(chance, second, length - half) if half < length else ())]
    text = " ".join(words).capitalize() + ("?" if chance.random() < QUESTIONS else "")
    return WrittenText(text, fold(text), language_of(text), is_question(text))


def _choose(chance: random.Random, language: Weighted, count: int) -> list[str]:
    words, sums = language
    return chance.choices(words, cum_weights=sums, k=count)
