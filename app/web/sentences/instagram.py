"""What Instagram said, for every key in `app.instagram.errors.ERROR_KEYS`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.web.sentences.entries import Entry, Pair

_CONNECT_AGAIN = _l("Connect the account again; the queue goes on by itself.")
_GRANT_ALL = _l("Connect the account again and allow everything that is asked for.")
_OPEN_INSTAGRAM = _l("Open the Instagram app, follow what it asks for, then try again.")
_TELL_OPERATOR = _l("Tell the person who runs this server.")
_RETRIES_ITSELF = _l("Nothing is lost: it is tried again automatically.")
_FILE_AGAIN = _l("Try again; if it fails once more, upload the file anew or convert it.")


def _too_many_calls(values: Mapping[str, Any]) -> Pair:
    what = gettext("Instagram is limiting how often this account may be used.")
    if not str(values["minutes"]).isdecimal() or not int(values["minutes"]):
        return what, gettext("Nothing to do: it goes on by itself within about an hour.")
    minutes = int(values["minutes"])
    return what, ngettext(
        "Nothing to do: it goes on by itself in about %(num)s minute.",
        "Nothing to do: it goes on by itself in about %(num)s minutes.",
        minutes,
    )


SENTENCES: dict[str, Entry] = {
    # The account
    "token_invalid": (_l("Instagram no longer accepts our access to this account."), _CONNECT_AGAIN),
    "token_expired": (_l("Our access to this account has expired."), _CONNECT_AGAIN),
    "password_changed": (_l("The Instagram password was changed, which ended our access."), _CONNECT_AGAIN),
    "app_removed": (_l("Our access was removed in the settings of the Instagram account."), _CONNECT_AGAIN),
    "permission_missing": (_l("A permission that this needs was not granted."), _GRANT_ALL),
    "account_checkpoint": (_l("Instagram wants the owner of the account to confirm something."), _OPEN_INSTAGRAM),
    "account_unconfirmed": (_l("The Instagram account is not confirmed yet."), _OPEN_INSTAGRAM),
    "account_restricted": (_l("Instagram has restricted this account."), _OPEN_INSTAGRAM),
    "policy_block": (_l("Instagram has blocked this action for a while because of its rules."), _OPEN_INSTAGRAM),
    "login_failed": (_l("Instagram did not complete the sign-in."), _l("Start connecting the account again.")),
    "login_code_used": (
        _l("This sign-in link was used before or is too old."),
        _l("Start connecting the account again."),
    ),
    "object_unreachable": (
        _l("Instagram does not show us this object: it is gone, or a permission is missing."),
        _GRANT_ALL,
    ),
    # Limits
    "account_rate_limit": _too_many_calls,
    "app_rate_limit": _too_many_calls,
    "action_blocked": (
        _l("Instagram took this for unwanted automation and blocked it; the post may be live all the same."),
        _l("Look at the profile before you try again, and publish less for some hours."),
    ),
    "quota_used_up": (
        _l("The number of posts that Instagram allows in 24 hours is used up."),
        _l("Nothing to do: it goes out as soon as there is room."),
    ),
    # Instagram itself
    "instagram_down": (_l("Instagram has a problem of its own right now."), _RETRIES_ITSELF),
    "instagram_unknown": (_l("Instagram answered with an error that it does not explain."), _RETRIES_ITSELF),
    "instagram_unreachable": (_l("Instagram cannot be reached from this server."), _RETRIES_ITSELF),
    "no_answer": (_l("Instagram did not answer in time."), _RETRIES_ITSELF),
    "answer_unreadable": (_l("Instagram answered with something unreadable."), _RETRIES_ITSELF),
    "not_ready": (_l("Instagram is still processing the file."), _RETRIES_ITSELF),
    # The container and its file
    "container_missing": (_l("Instagram lost the upload."), _l("Try again: it is uploaded anew.")),
    "container_expired": (
        _l("The upload waited longer than the 24 hours that Instagram keeps it."),
        _l("Try again: it is uploaded anew."),
    ),
    "container_failed": (_l("Instagram could not make a post of the file."), _FILE_AGAIN),
    "upload_failed": (_l("The file did not arrive at Instagram."), _FILE_AGAIN),
    "download_timed_out": (
        _l("Instagram took too long to fetch the file from this server."),
        _l("Try again; if it fails once more, check that the server can be reached quickly from outside."),
    ),
    "video_download_failed": (
        _l("Instagram could not fetch the video from this server."),
        _l("Check that the server's public address can be reached from outside, then try again."),
    ),
    "media_not_fetched": (
        _l("Instagram could not fetch the file from this server."),
        _l("Check that the server's public address can be reached from outside, then try again."),
    ),
    "video_processing_failed": (_l("Instagram could not process the video."), _FILE_AGAIN),
    # The post
    "caption_too_long": (
        _l("The caption is too long for Instagram."),
        _l("Shorten it to 2,200 characters, 30 hashtags and 20 mentions."),
    ),
    "too_many_tags": (_l("Too many people are mentioned or tagged."), _l("Leave no more than 20.")),
    "image_too_big": (_l("The picture is larger than the 8 MB that Instagram takes."), _l("Use a smaller one.")),
    "image_format": (_l("Instagram takes pictures as JPEG only."), _l("Upload the picture again.")),
    "aspect_ratio": (
        _l("The proportions of the picture do not suit Instagram."),
        _l("Crop it to between 4:5 and 1.91:1."),
    ),
    "video_format": (
        _l("Instagram does not take this video format."),
        _l("Upload the video again as MP4 with H.264 picture and AAC sound."),
    ),
    "thumb_offset": (
        _l("The moment chosen for the cover lies outside the video."),
        _l("Choose another moment for the cover."),
    ),
    "carousel_size": (_l("A carousel has 2 to 10 items."), _l("Add or remove some.")),
    "carousel_item_alone": (
        _l("An item of a carousel cannot be published by itself."),
        _l("Publish the carousel as a whole."),
    ),
    "media_type_unknown": (_l("Instagram does not know this kind of post."), _l("Choose another kind.")),
    "product_tag": (_l("Instagram does not accept a product tag of this post."), _l("Remove the product tags.")),
    "location_invalid": (_l("Instagram does not know the place."), _l("Choose another place or leave it out.")),
    "trial_reels_not_allowed": (
        _l("This account may not publish trial Reels."),
        _l("Publish it as an ordinary Reel."),
    ),
    "delete_unsupported": (
        _l("Instagram does not let other programs delete this."),
        _l("Delete it in the Instagram app."),
    ),
    "invalid_parameter": (
        _l("Instagram does not accept something in this post."),
        _l("Check the caption, the cover and the files, then try again."),
    ),
    "request_invalid": (
        _l("Instagram cannot be asked for this: something in it is not allowed."),
        _l("Check what you typed, then try again."),
    ),
    "unknown_error": (
        _l("Instagram refused this without a reason that we know."),
        _l("Try again; if it happens once more, tell the person who runs this server."),
    ),
    # Messages and comments
    "outside_window": (
        _l("Instagram lets an account write only within 24 hours of the person's last message."),
        _l("You can write again as soon as they do."),
    ),
    "human_agent_not_approved": (
        _l("The 24 hours are over, and Meta has not approved our app for answers by a person within 7 days."),
        _l("Answer in the Instagram app, or ask for the Human Agent feature in the Meta app's dashboard."),
    ),
    "person_unavailable": (
        _l("This person cannot be written to: they may have blocked the account or left Instagram."),
        _l("Nothing can be done from here."),
    ),
    "person_unknown": (
        _l("Instagram does not know this person as somebody who has written to the account."),
        _l("They have to write first."),
    ),
    "thread_elsewhere": (
        _l("Another program has taken this conversation over."),
        _l("Answer there, or release the conversation there first."),
    ),
    "message_invalid": (
        _l("Instagram does not accept this message."),
        _l("Change it and send it again."),
    ),
    "message_old_or_gone": (
        _l("Instagram does not show this message any more: it is old or was taken back."),
        _l("Nothing to do."),
    ),
    "private_reply_refused": (
        _l("Instagram takes no private reply to this comment: it was answered so before, is too old, or is gone."),
        _l("Answer it publicly."),
    ),
    "attachment_not_fetched": (
        _l("Instagram could not fetch the file from this server."),
        _l("Check that the server's public address can be reached from outside, then send it again."),
    ),
    "attachment_too_slow": (
        _l("Instagram took too long to fetch the video from this server."),
        _l("Send a shorter one."),
    ),
    "attachment_kind": (_l("Instagram does not take this kind of file in messages."), _l("Send another file.")),
    "attachment_too_big": (_l("The file is too big for a message."), _l("Send a smaller one.")),
    "consent_missing": (
        _l("Instagram shows somebody's profile only after they have written to the account."),
        _l("Nothing to do."),
    ),
    "too_fast": (_l("Instagram asks this account to write more slowly."), _RETRIES_ITSELF),
    "message_access_off": (
        _l("The account does not let other programs read and write its messages."),
        _l("In the Instagram app, open Settings, Messages, Message controls and allow access to messages."),
    ),
    "messaging_unverified": (
        _l("Instagram cannot tell whether the person who connected the account may send messages for it."),
        _l("Switch two-factor login on at Instagram, then connect the account again."),
    ),
    "messaging_blocked": (_l("Instagram has blocked messages of this account because of its rules."), _OPEN_INSTAGRAM),
    "app_not_reviewed": (
        _l("Until Meta has reviewed our app, it may write only to people who have a role in it."),
        _l("Ask for Advanced Access in the Meta app's dashboard."),
    ),
    # The registered app and this program
    "not_a_tester": (
        _l("The Meta app is in development and this account is not one of its testers."),
        _l("Add the account as a tester in the Meta app, accept the invitation on Instagram, then connect again."),
    ),
    "app_id_wrong": (
        _l("Instagram does not know our app."),
        _l("Check INSTAGRAM_APP_ID: it is the Instagram app's id, not the Meta app's."),
    ),
    "app_secret_wrong": (
        _l("Instagram does not accept our app's secret."),
        _l("Check INSTAGRAM_APP_SECRET in the settings of the server."),
    ),
    "redirect_uri_wrong": (
        _l("Our return address is not registered in the Meta app."),
        _l("Add it there exactly as the page for connecting accounts shows it."),
    ),
    "app_not_set_up": (
        _l("The Meta app is not set up for Instagram Login, or the account is not a professional one."),
        _l("Check both, then connect the account again."),
    ),
    "api_access_blocked": (_l("Meta has blocked our app."), _l("See the notices in the Meta app's dashboard.")),
    "api_version_gone": (
        _l("Instagram no longer speaks the version of its API that this server uses."),
        _l("Update SocialFlow, or set a newer INSTAGRAM_API_VERSION."),
    ),
    "capability_missing": (_l("Our app may not do this at Instagram."), _TELL_OPERATOR),
    "unknown_path": (_l("Instagram does not know what it was asked for."), _TELL_OPERATOR),
    "field_unsupported": (_l("Instagram was asked for something that it does not have."), _TELL_OPERATOR),
    "unexpected_redirect": (_l("Instagram's address leads elsewhere."), _TELL_OPERATOR),
    "address_wrong": (_l("The address of Instagram in the settings of the server is wrong."), _TELL_OPERATOR),
}
