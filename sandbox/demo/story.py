"""What has happened in the shop: posts, comments and conversations, told from a seed."""

import random
from dataclasses import dataclass, field

from sandbox.demo import texts
from sandbox.demo.drawing import SUBJECTS

DAY, HOUR = 86_400, 3600
ALMATY_S = 5 * HOUR  # UTC+5 since 2024-03-01
DAYS, POSTS, COMMENTS, CONVERSATIONS = 400, 60, 900, 80
LIVE_STORIES = 2
ANSWERED = 0.62  # of what asks for an answer
KINDS = ("REELS", "REELS", "IMAGE", "REELS", "CAROUSEL_ALBUM", "IMAGE")


@dataclass(frozen=True, slots=True)
class Size:
    """How much has happened; `near_the_end` of the conversations that are `waiting` soon cannot be answered."""

    days: int = DAYS
    posts: int = POSTS
    comments: int = COMMENTS
    conversations: int = CONVERSATIONS
    waiting: int = 14
    near_the_end: int = 4


WHOLE = Size()
SMALL = Size(days=150, posts=12, comments=90, conversations=9, waiting=2, near_the_end=0)


@dataclass(frozen=True, slots=True)
class Post:
    """A post, Reel, carousel or Story; `subjects` are what its pictures show."""

    kind: str
    at: float
    caption: str | None
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment under post number `post`; `person` None is the shop itself, `parent` a position in the list."""

    at: float
    post: int
    person: int | None
    text: str
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation: when, whether the person wrote it, and what; '' is a picture."""

    person: int
    lines: tuple[tuple[float, bool, str], ...]


@dataclass(slots=True)
class Story:
    """Everything of one seed, as of `now`."""

    seed: int
    now: float
    size: Size = WHOLE
    chance: random.Random = field(init=False)
    people: list[tuple[str, str]] = field(init=False)
    posts: list[Post] = field(init=False)
    remarks: list[Remark] = field(init=False)
    dialogues: list[Dialogue] = field(init=False)

    def __post_init__(self) -> None:
        """Tell it."""
        self.chance = random.Random(self.seed)  # noqa: S311 (reproducible on purpose)
        self.people = self._people()
        self.posts = self._posts()
        self.remarks = self._remarks()
        self.dialogues = self._dialogues()

    def _people(self) -> list[tuple[str, str]]:
        """Return usernames and names of as many made-up people as there are different ones."""
        found: dict[str, str] = {}
        for ending in texts.ENDINGS:
            for latin, name in zip(texts.LATIN, texts.FIRST_NAMES, strict=True):
                found[f"{latin}{ending}"] = name
        listed = list(found.items())
        self.chance.shuffle(listed)
        return listed[:260]

    def _posts(self) -> list[Post]:
        """Spread the posts over the days, at hours when a shop posts."""
        step, found = self.size.days / self.size.posts, []
        for number in range(self.size.posts):
            day = self.size.days - (number + self.chance.uniform(0.2, 0.8)) * step
            midnight = (self.now - day * DAY + ALMATY_S) // DAY * DAY - ALMATY_S
            at = midnight + self.chance.choice((8, 9, 12, 13, 18, 19, 20)) * HOUR + self.chance.uniform(0, 600)
            at = min(at, self.now - 2 * HOUR)
            kind = KINDS[number % len(KINDS)]
            found.append(Post(kind, at, texts.CAPTIONS[number % len(texts.CAPTIONS)], self._subjects(kind)))
        stories = [self.now - (3 + 6 * number) * HOUR for number in range(LIVE_STORIES)]
        found += [Post("STORY", at, None, self._subjects("STORY")) for at in stories]
        return sorted(found, key=lambda post: post.at)

    def _subjects(self, kind: str) -> tuple[str, ...]:
        return tuple(self.chance.sample(SUBJECTS, 3 if kind == "CAROUSEL_ALBUM" else 1))

    def _fill(self, text: str, name: str = "") -> str:
        """Put things, places and prices into a text; a sentence begins with a capital letter."""
        filled = text.format(
            name=name,
            drink=self.chance.choice(texts.DRINKS),
            cake=self.chance.choice(texts.CAKES),
            goods=self.chance.choice(texts.GOODS),
            place=self.chance.choice(texts.PLACES),
            price=self.chance.choice(texts.PRICES),
        )
        return filled[0].upper() + filled[1:]

    def _remarks(self) -> list[Remark]:
        """Write the comments: many soon after a post, the shop answering most questions."""
        wanted = [number for number, post in enumerate(self.posts) if post.kind != "STORY"]
        weights = [2.0 if self.posts[number].kind == "REELS" else 1.0 for number in wanted]
        drafts: list[tuple[float, int, int | None, str, int | None]] = []
        while len(drafts) < self.size.comments:
            post = self.chance.choices(wanted, weights)[0]
            at = min(self.posts[post].at + self.chance.expovariate(1 / (1.5 * DAY)), self.now - 60)
            text, answer = self._remark()
            drafts.append((at, post, self.chance.randrange(len(self.people)), self._fill(text), None))
            is_answered = answer is not None and self.now - at > 6 * HOUR and self.chance.random() < ANSWERED
            if len(drafts) < self.size.comments and is_answered:
                answer_at = min(at + self.chance.uniform(0.05, 5) * HOUR, self.now - 60)
                drafts.append((answer_at, post, None, self._fill(answer or ""), len(drafts) - 1))
        return _in_order(drafts)

    def _remark(self) -> tuple[str, str | None]:
        """Return a comment and what the shop would answer, None for praise."""
        kind = self.chance.choices(("question", "praise", "complaint"), (45, 50, 5))[0]
        tongue = self.chance.choices((0, 1, 2), (45, 38, 17))[0]
        if kind == "question":
            return self.chance.choice((texts.QUESTIONS_RU, texts.QUESTIONS_KK, texts.QUESTIONS_MIXED)[tongue])
        if kind == "complaint":
            return self.chance.choice(texts.COMPLAINTS), self.chance.choice(texts.LATE_ANSWERS)
        return self.chance.choice((texts.PRAISE_RU, texts.PRAISE_KK, texts.PRAISE_MIXED)[tongue]), None

    def _dialogues(self) -> list[Dialogue]:
        """Hold the conversations of the last two months; some still wait for an answer."""
        chosen = self.chance.sample(range(len(self.people)), self.size.conversations)
        return [self._dialogue(person, number) for number, person in enumerate(chosen)]

    def _dialogue(self, person: int, number: int) -> Dialogue:
        script = self.chance.choice(texts.DIALOGUES)
        is_waiting = number < self.size.waiting
        days = self.chance.uniform(1.2, 60)
        at = self.now - days * DAY
        lines: list[tuple[float, bool, str]] = []
        for who, text in script:
            at += self.chance.uniform(0.5, 25) * 60
            lines.append((at, who == "p", self._fill(text, self.people[person][1])))
        if number % 9 == 0:
            lines.insert(1, (lines[0][0] + 5, True, ""))
        if is_waiting:
            lines.append((self._waiting_since(number), True, self._fill(self.chance.choice(texts.WAITING))))
        return Dialogue(person, tuple(lines))

    def _waiting_since(self, number: int) -> float:
        """Return when an unanswered message came: some have less than two hours of their day left."""
        if number < self.size.near_the_end:
            return self.now - (22.2 + 0.4 * number) * HOUR
        return self.now - self.chance.uniform(0.2, 20) * HOUR


def _in_order(drafts: list[tuple[float, int, int | None, str, int | None]]) -> list[Remark]:
    """Return the comments in the order they were written, answers pointing to where their question now stands."""
    order = sorted(range(len(drafts)), key=lambda number: (drafts[number][0], number))
    places = {number: place for place, number in enumerate(order)}
    found = []
    for number in order:
        at, post, person, text, parent = drafts[number]
        found.append(Remark(at, post, person, text, None if parent is None else places[parent]))
    return found
