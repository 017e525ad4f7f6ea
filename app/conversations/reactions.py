"""The emoji that hang on a message: one of each side's."""

from datetime import datetime

from app.accounts.models import Account
from app.conversations.models import Message, MessageReaction
from app.instagram.conversations import OTHER_REACTION
from app.instagram.facts import MessageFacts

EMOJI_CHARACTERS = 32


def set_reaction(message: Message, *, is_own: bool, emoji: str, at: datetime) -> bool:
    """Put a side's emoji on a message ("" takes it back) unless a later word is known; return whether that changed it.

    Of two words of the same instant the same one wins, whichever comes first.
    """
    emoji = emoji[:EMOJI_CHARACTERS]
    known = _of_side(message, is_own)
    if known is None:
        message.reactions.append(MessageReaction(is_own=is_own, emoji=emoji, at=at, workspace_id=message.workspace_id))
        return bool(emoji)
    if (at, emoji) <= (known.at, known.emoji):
        return False
    is_changed = known.emoji != emoji
    known.emoji, known.at = emoji, at
    return is_changed


def take_in_reactions(message: Message, facts: MessageFacts, account: Account, *, now: datetime) -> None:
    """Let a message's reactions be what Instagram shows now, where it shows them."""
    if facts.reactions is None:
        return
    told = {reaction.from_id == account.ig_user_id: reaction for reaction in facts.reactions}
    for is_own in (False, True):
        known, fact = _of_side(message, is_own), told.get(is_own)
        emoji = fact.emoji if fact else ""
        if emoji == OTHER_REACTION and known and known.emoji:
            continue  # a webhook told which
        if emoji != (known.emoji if known else ""):
            set_reaction(message, is_own=is_own, emoji=emoji, at=(fact.at if fact else None) or now)


def _of_side(message: Message, is_own: bool) -> MessageReaction | None:
    return next((one for one in message.reactions if one.is_own is is_own), None)
