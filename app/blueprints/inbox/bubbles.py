"""A thread as the page shows it: days, and in each the messages, notes and what is on its way, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.assets.models import Asset
from app.blueprints.inbox.attachments import ShownAttachment, instagram_page, show_attachment
from app.blueprints.inbox.previews import Preview, preview_of
from app.blueprints.inbox.words import day_label
from app.conversations.models import Conversation, Message, MessageKind, Note
from app.conversations.rules import is_stale
from app.conversations.thread import Thread
from app.dispatches.models import Dispatch, DispatchState
from app.web.i18n import page_zone
from app.web.sentences import Sentence, sentence

CLOSE = timedelta(minutes=5)
"""Messages of one side in so short a time stand together."""


@dataclass(frozen=True)
class Story:
    """The Story that a message answers or mentions us in."""

    label: str
    link: str | None
    """Its page, or the link that its sticker leads to."""
    is_over: bool


@dataclass(frozen=True)
class Bubble:
    """One message."""

    message: Message
    at: datetime
    attachments: Sequence[ShownAttachment]
    quoted: Preview | None
    quoted_id: int | None
    story: Story | None
    referral: str
    """Where they came from, in a sentence."""
    stale: bool
    """Its words are not shown before they are compared with Instagram."""
    reactions: Sequence[tuple[str, bool]]
    """Emoji, and whether it is ours."""
    by: str
    """Who of us wrote it, or that it came from the phone."""
    is_read: bool
    is_found: bool = False
    joins: bool = False
    """Whether it stands close to the one before, by the same side."""
    kind = "message"

    @property
    def own_reaction(self) -> str:
        """The emoji that we put on it, or nothing."""
        return next((emoji for emoji, is_own in self.reactions if is_own), "")

    @property
    def is_postback(self) -> bool:
        """Whether they tapped a button."""
        return self.message.kind is MessageKind.POSTBACK


@dataclass(frozen=True)
class Outgoing:
    """A message of ours that Instagram has not shown back yet."""

    dispatch: Dispatch
    at: datetime
    assets: Sequence[Asset]
    reason: Sentence | None
    by: str
    kind = "dispatch"

    @property
    def state(self) -> str:
        """What the page calls its state: planned, waiting, sending, sent, refused or unconfirmed."""
        waits = self.dispatch.state is DispatchState.WAITING
        return "planned" if waits and self.dispatch.is_planned else self.dispatch.state.value


@dataclass(frozen=True)
class NoteBubble:
    """A private note."""

    note: Note
    at: datetime
    by: str
    kind = "note"


Item = Bubble | Outgoing | NoteBubble


@dataclass
class Day:
    """What happened on one day, as the page's zone has it."""

    label: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Beside:
    """What is known about a thread beside its messages."""

    names: Mapping[int, str]
    """Of the team, by their ids."""
    answered: Mapping[str, Message]
    """Messages that others answer, by Instagram's ids."""
    senders: Mapping[int, int | None]
    """Who asked for the dispatches that messages came from, by the dispatches' ids."""
    assets: Mapping[int, Asset]
    """Files of what is on its way."""


def make_days(
    thread: Thread, conversation: Conversation, beside: Beside, now: datetime, *, found_id: int | None = None
) -> list[Day]:
    """Return a part of a thread by days, oldest first."""
    read_id = _last_read(thread.messages, conversation)
    items: list[Item] = [
        _bubble(message, beside, now, is_read=message.id == read_id, is_found=message.id == found_id)
        for message in thread.messages
    ]
    items += [NoteBubble(note, note.written_at, _name(note.user_id, beside)) for note in thread.notes]
    items.sort(key=lambda item: item.at)
    items += [make_outgoing(dispatch, beside) for dispatch in thread.dispatches]
    return _by_day(items, now)


def make_outgoing(dispatch: Dispatch, beside: Beside) -> Outgoing:
    """Return the bubble of a message that is on its way."""
    ids = dispatch.values.get("asset_ids") or []
    return Outgoing(
        dispatch=dispatch,
        at=dispatch.created_at,
        assets=[beside.assets[asset_id] for asset_id in ids if asset_id in beside.assets],
        reason=sentence(dispatch.reason, dispatch.reason_values) if dispatch.reason else None,
        by=_name(dispatch.created_by_id, beside),
    )


def _bubble(message: Message, beside: Beside, now: datetime, *, is_read: bool, is_found: bool) -> Bubble:
    answered = beside.answered.get(message.reply_to_mid or "")
    stale = is_stale(message, now) and message.unsent_at is None
    return Bubble(
        message=message,
        at=message.sent_at,
        attachments=[] if stale else [show_attachment(attachment) for attachment in message.attachments],
        quoted=_quoted(message, answered, now),
        quoted_id=answered.id if answered else None,
        story=_story(message),
        referral=referral_words(message.referral),
        stale=stale,
        reactions=[(reaction.emoji, reaction.is_own) for reaction in message.reactions if reaction.emoji],
        by=_writer(message, beside),
        is_read=is_read,
        is_found=is_found,
    )


def _quoted(message: Message, answered: Message | None, now: datetime) -> Preview | None:
    if message.reply_to_mid is None:
        return None
    return preview_of(answered, now) if answered else Preview(_("An older message"), "history", is_plain=False)


def _story(message: Message) -> Story | None:
    told = message.story
    if not told:
        return None
    is_mention = told.get("relation") == "mention"
    label = _("Mentioned you in their Story") if is_mention else _("Answered your Story")
    link = instagram_page(told.get("url"))
    has_picture = any(attachment.kind == "story_mention" and attachment.url for attachment in message.attachments)
    return Story(label, link, is_over=not (told.get("url") or has_picture))


def referral_words(referral: Mapping[str, object] | None) -> str:
    """Return where somebody came from, as Instagram tells it in a message's referral."""
    if not referral:
        return ""
    context = referral.get("ads_context_data")
    title = str(context.get("ad_title") or "") if isinstance(context, Mapping) else ""
    if referral.get("source") == "ADS":
        return str(_("Came from the ad «%(title)s»", title=title)) if title else str(_("Came from an ad"))
    ref = str(referral.get("ref") or "")
    return str(_("Came from the link «%(ref)s»", ref=ref)) if ref else str(_("Came from a link"))


def _writer(message: Message, beside: Beside) -> str:
    if not message.is_own:
        return ""
    if message.dispatch_id is None:
        return str(_("from the phone"))
    return _name(beside.senders.get(message.dispatch_id), beside)


def _name(user_id: int | None, beside: Beside) -> str:
    return beside.names.get(user_id, "") if user_id else ""


def _last_read(messages: Sequence[Message], conversation: Conversation) -> int | None:
    """Return the newest message of ours that the person has read."""
    seen_at = conversation.seen_by_person_at
    if seen_at is None:
        return None
    read = [message.id for message in messages if message.is_own and message.sent_at <= seen_at]
    return read[-1] if read else None


def _by_day(items: Sequence[Item], now: datetime) -> list[Day]:
    days: dict[object, Day] = {}
    before: Item | None = None
    for item in items:
        day = days.setdefault(item.at.astimezone(page_zone()).date(), Day(day_label(item.at, now)))
        if isinstance(item, Bubble) and day.items and _stand_together(before, item):
            item = Bubble(**{name: getattr(item, name) for name in item.__dataclass_fields__} | {"joins": True})
        day.items.append(item)
        before = item
    return list(days.values())


def _stand_together(before: Item | None, item: Bubble) -> bool:
    if not isinstance(before, Bubble):
        return False
    return before.message.is_own is item.message.is_own and item.at - before.at < CLOSE and not item.referral
