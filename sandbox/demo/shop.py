"""Puts the demo shop into a sandbox, in a fraction of a second: pictures are drawn when first looked at."""

from sandbox.days import day_of
from sandbox.demo.drawing import SIZE, SUBJECTS, picture_bytes
from sandbox.demo.story import SMALL, WHOLE, Dialogue, Post, Size, Story
from sandbox.direct_files import link
from sandbox.insights.account_numbers import followers_by_day
from sandbox.media import NewMedia
from sandbox.messenger_profiles import ICE_BREAKERS, MENU
from sandbox.records import Account, Media, Person
from sandbox.world import World

USERNAME, NAME = "alma.coffee", "Алма Кофе | Алматы"
SIZES = {"whole": WHOLE, "small": SMALL}
BIOGRAPHIES = {
    "whole": "Кофе мен десерт · Абай даңғылы 52, Алматы\n08:00–22:00 · Доставка по Казахстану",
    "small": "Кофе мен десерт · Астанада да біз бармыз\n08:00–22:00 · Новая кофейня в столице",
}
FOLLOWERS, FOLLOWS = 12_480, 318
FOLLOWING_SHARE = 5  # of so many people one does not follow
FILES = 3  # how many different pictures people send
QUESTIONS = (
    ("Жұмыс уақыты қандай?", "HOURS"),
    ("Сколько стоит доставка?", "DELIVERY"),
    ("Мәзірді жіберіңізші", "MENU"),
    ("Хочу забронировать столик", "BOOKING"),
)


def open_shop(
    world: World, *, seed: int = 1, username: str = USERNAME, name: str = NAME, size: str = "whole"
) -> Account:
    """Return the demo's account with all its history, made unless it is there already.

    A `small` one is a branch that opened lately. Raises ValueError for another size.
    """
    if size not in SIZES:
        raise ValueError("size: one of " + ", ".join(SIZES))
    found = world.accounts.find_by_username(username)
    if found is not None:
        return found
    story = Story(seed, world.clock.now(), SIZES[size])
    with world.store.transaction():
        account = world.accounts.add(
            username,
            name=name,
            followers_count=_share(story.size, FOLLOWERS),
            follows_count=_share(story.size, FOLLOWS),
            history_days=story.size.days,
            biography=BIOGRAPHIES[size],
            website="https://alma.coffee.example/",
        )
        people = [_take_person(world, one, number) for number, one in enumerate(story.people)]
        media = _post_all(world, account, story)
        _comment_all(world, account, story, people, media)
        _talk_all(world, account, story, people)
        _offer(world, account)
    return account


def _share(size: Size, count: int) -> int:
    """Return a number of the whole shop's as one with so few posts has it."""
    return count * size.posts // WHOLE.posts


def _take_person(world: World, one: tuple[str, str], number: int) -> Person:
    username, name = one
    found = world.accounts.find_person_by_username(username)
    follows, count = number % FOLLOWING_SHARE != 0, 40 + (number * 7919) % 2300
    return found or world.accounts.add_person(username, name=name, follows=follows, follower_count=count)


def _post_all(world: World, account: Account, story: Story) -> list[Media]:
    days = sorted({day_of(post.at) for post in story.posts})
    crowds = followers_by_day(world, account, days)
    return [
        _post(world, account, post, f"{story.seed}-{number}", crowds[day_of(post.at)])
        for number, post in enumerate(story.posts)
    ]


def _post(world: World, account: Account, post: Post, key: str, crowd: int) -> Media:
    is_reel, is_album = post.kind == "REELS", post.kind == "CAROUSEL_ALBUM"
    product = post.kind if post.kind in ("REELS", "STORY") else "FEED"
    media_type = "VIDEO" if is_reel else "CAROUSEL_ALBUM" if is_album else "IMAGE"
    assets = [] if is_album else [_asset(f"{key}-{post.subjects[0]}", is_reel=is_reel)]
    new = NewMedia(media_type, product, post.caption, assets, crowd=crowd)
    media = world.media.add(account.user_id, new, at=post.at)
    for number, subject in enumerate(post.subjects if is_album else ()):
        part = NewMedia("IMAGE", "FEED", assets=[_asset(f"{key}_{number}-{subject}")], parent_id=media.id, crowd=crowd)
        world.media.add(account.user_id, part, at=post.at)
    return media


def drawn_assets(media_type: str, product_type: str, number: int = 0) -> list[dict[str, object]]:
    """Return what something posted from the phone shows: a drawing; nothing for carousels and live videos."""
    if media_type == "CAROUSEL_ALBUM" or product_type == "LIVE":
        return []
    return [_asset(f"0-{number}-{SUBJECTS[number % len(SUBJECTS)]}", is_reel=media_type == "VIDEO")]


def _asset(key: str, *, is_reel: bool = False) -> dict[str, object]:
    kind = "video" if is_reel else "image"
    return {"role": "media", "kind": kind, "drawn": key, **({"duration_s": 14.0} if is_reel else {})}


def _comment_all(world: World, account: Account, story: Story, people: list[Person], media: list[Media]) -> None:
    ids = [world.ids.next("comment") for _ in story.remarks]
    rows = []
    for comment_id, remark in zip(ids, story.remarks, strict=True):
        author = people[remark.person] if remark.person is not None else None
        parent = ids[remark.parent] if remark.parent is not None else None
        from_id, username = (author.id, author.username) if author else (account.user_id, account.username)
        rows.append((comment_id, media[remark.post].id, parent, from_id, username, remark.text, remark.at))
    world.comments.add_rows(account.user_id, rows)


def _talk_all(world: World, account: Account, story: Story, people: list[Person]) -> None:
    pictures = [
        link(world.direct_files.take(account.user_id, "image", picture_bytes(f"{story.seed}-sent{n}-cake", SIZE)))
        for n in range(FILES)
    ]
    for number, dialogue in enumerate(sorted(story.dialogues, key=lambda one: one.lines[-1][0])):
        _talk(world, account, people[dialogue.person], dialogue, pictures[number % FILES])


def _talk(world: World, account: Account, person: Person, dialogue: Dialogue, picture: str) -> None:
    is_request = not person.follows and not any(not is_person for _, is_person, _ in dialogue.lines)
    thread = world.threads.open(account, person.id, is_request=is_request, at=dialogue.lines[0][0])
    for at, is_person, text in dialogue.lines:
        body = {} if text else {"attachments": [{"type": "image", "payload": {"url": picture}}]}
        from_id = person.id if is_person else account.user_id
        world.threads.add(thread, from_id, text=text or None, body=body, at=at)
        if is_person:
            world.threads.open_window(thread.id, at)
    world.bonds.change(account, person, has_consent=True)


def _offer(world: World, account: Account) -> None:
    actions = [{"question": question, "payload": payload} for question, payload in QUESTIONS]
    world.messenger_profiles.set(account.user_id, ICE_BREAKERS, [{"call_to_actions": actions, "locale": "default"}])
    menu = [
        {"type": "postback", "title": "Позвать человека", "payload": "HUMAN"},
        {"type": "web_url", "title": "Мәзір · Меню", "url": "https://alma.coffee.example/menu"},
    ]
    world.messenger_profiles.set(account.user_id, MENU, [{"call_to_actions": menu, "locale": "default"}])
