"""What people of the audience do."""

from sandbox.records import Comment, Media, Person
from sandbox.webhooks import comment_value
from sandbox.world import World


class CommentsOffError(Exception):
    """The media's owner has switched its comments off."""


def write_comment(world: World, media: Media, person: Person, text: str, *, parent: Comment | None = None) -> Comment:
    """Write a comment or reply as somebody of the audience, and tell the app; raises CommentsOffError."""
    if not media.is_comment_enabled:
        raise CommentsOffError
    comment = world.comments.add(media.id, from_id=person.id, username=person.username, text=text, parent=parent)
    account = world.accounts.find(media.user_id)
    assert account is not None
    world.webhooks.notify(account, "comments", comment_value(account, media, comment))
    return comment
