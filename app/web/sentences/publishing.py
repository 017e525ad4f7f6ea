"""Posts: planning them, and why one does not go out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.web import formats, zones
from app.web.i18n import page_locale, page_zone
from app.web.sentences.entries import Entry, Pair

_NOTHING_TO_DO = _l("Nothing to do: it goes on by itself.")
_MOVED_ON = {
    "draft": _l("This post is a draft now."),
    "scheduled": _l("This post is planned now."),
    "preparing": _l("This post is being prepared now."),
    "staged": _l("This post is ready to go out now."),
    "publishing": _l("This post is being published right now."),
    "published": _l("This post is live on Instagram now."),
    "failed": _l("This post could not be published."),
    "unconfirmed": _l("Whether this post is live has to be cleared first."),
    "cancelled": _l("This post was cancelled."),
}


def _caption_too_long(values: Mapping[str, Any]) -> Pair:
    over = values["found"] - values["most"]
    what = gettext("The caption has %(found)s characters; Instagram allows %(most)s.", **_counts(values))
    return what, ngettext("Leave out %(num)s character.", "Leave out %(num)s characters.", over)


def _too_many_hashtags(values: Mapping[str, Any]) -> Pair:
    over = values["found"] - values["most"]
    what = gettext("The caption has %(found)s hashtags; Instagram allows %(most)s.", **_counts(values))
    return what, ngettext("Leave out %(num)s hashtag.", "Leave out %(num)s hashtags.", over)


def _too_many_mentions(values: Mapping[str, Any]) -> Pair:
    over = values["found"] - values["most"]
    what = gettext("The caption has %(found)s mentions; Instagram allows %(most)s.", **_counts(values))
    return what, ngettext("Leave out %(num)s mention.", "Leave out %(num)s mentions.", over)


def _counts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: formats.number(values[name], page_locale()) for name in ("found", "most")}


def _thumb_offset(values: Mapping[str, Any]) -> Pair:
    length = formats.duration(values["seconds"])
    what = gettext("The cover frame is beyond the end of the video, which lasts %(length)s.", length=length)
    return what, gettext("Choose the cover frame again.")


def _due_in_past(values: Mapping[str, Any]) -> Pair:
    what = gettext("%(when)s has passed already.", when=_wall(values["wall"]))
    return what, gettext("Choose a later time, or publish now.")


def _due_time_missing(values: Mapping[str, Any]) -> Pair:
    city = zones.city(values["zone"], page_locale())
    what = gettext("Clocks go forward that day: this time does not exist in %(city)s.", city=city)
    return what, gettext("The nearest time that exists is %(time)s.", time=f"{values['nearest']:%H:%M}")


def _due_time_twice(values: Mapping[str, Any]) -> Pair:
    time = f"{values['wall']:%H:%M}"
    what = gettext("Clocks go back that day: %(time)s comes twice.", time=time)
    return what, gettext("Choose the first or the second time.")


def _post_moved_on(values: Mapping[str, Any]) -> Pair:
    what = _MOVED_ON.get(str(values["state"]), _l("This post has changed in the meantime."))
    return what, gettext("It was left as it is.")


def _token_ends(values: Mapping[str, Any]) -> Pair:
    what = gettext("Access to @%(username)s ends before this time, on %(until)s.", **_access(values))
    return what, gettext("Connect the account again.")


def _token_renewed(values: Mapping[str, Any]) -> Pair:
    what = gettext("Access to @%(username)s runs until %(until)s and is renewed by itself before.", **_access(values))
    return what, ""


def _access(values: Mapping[str, Any]) -> dict[str, Any]:
    until = values["until"]
    day = until.astimezone(page_zone()).date() if isinstance(until, datetime) else None
    return {"username": values["username"], "until": formats.full_date(day, page_locale()) if day else formats.MISSING}


def _wall(wall: Any) -> str:
    if not isinstance(wall, datetime):
        return formats.MISSING
    return f"{formats.full_date(wall.date(), page_locale())}, {wall:%H:%M}"


SENTENCES: dict[str, Entry] = {
    # What the operator can mend while writing
    "caption_too_long": _caption_too_long,
    "too_many_hashtags": _too_many_hashtags,
    "too_many_mentions": _too_many_mentions,
    "media_missing": (_l("There is no video yet."), _l("Add one, or save the post as a draft.")),
    "media_gone": (_l("The uploaded file is no longer there."), _l("Please upload it again.")),
    "media_refused": (
        _l("Instagram would not take the file “%(filename)s”."),
        _l("Replace it; what is wrong stands beside it."),
    ),
    "one_file_only": (_l("A Reel has one video only."), _l("Remove the others.")),
    "wrong_kind_of_file": (_l("A Reel needs a video, and this is a picture."), _l("Choose a video file.")),
    "cover_not_a_picture": (_l("The cover has to be a picture."), _l("Choose a JPEG, PNG or WebP file.")),
    "thumb_offset": _thumb_offset,
    "due_incomplete": (_l("A date and a time are needed to plan the post."), _l("Fill in both.")),
    "due_in_past": _due_in_past,
    "due_time_missing": _due_time_missing,
    "due_time_twice": _due_time_twice,
    "post_moved_on": _post_moved_on,
    "not_a_candidate": (
        _l("This is none of the posts that could be meant."),
        _l("Choose one of those shown, or none."),
    ),
    # Why a post needs somebody
    "container_never_ready": (
        _l("Instagram kept processing the video for hours and never finished."),
        _l("Try again; if it happens once more, convert the video or upload it anew."),
    ),
    "unconfirmed": (
        _l("Instagram did not say whether this post was published, and it cannot be told from here."),
        _l("Look at the profile on Instagram, then tell us what you see."),
    ),
    "late": (
        _l("The time of this post has passed while it could not go out."),
        _l("Publish it now, choose another time, or cancel it."),
    ),
    # Why a post stands still
    "wait_file": (_l("The file is not ready yet."), _NOTHING_TO_DO),
    "wait_account": (_l("The account is not connected."), _l("Connect it again; the queue goes on by itself.")),
    "wait_quota": (
        _l("The number of posts that Instagram allows in 24 hours is used up."),
        _l("Nothing to do: it goes out as soon as there is room."),
    ),
    "wait_limit": (_l("Instagram asked us to slow down for this account."), _NOTHING_TO_DO),
    "wait_late": (
        _l("The time of this post has passed while it could not go out."),
        _l("Publish it now, choose another time, or cancel it."),
    ),
    # What will become of a planned post
    "outlook_fine": (_l("The account, the file and the time are fine."), ""),
    "outlook_late": (
        _l("The time of this post has passed while it could not go out."),
        _l("Publish it now, choose another time, or cancel it."),
    ),
    "outlook_behind": (
        _l("The time of this post has come, and it is not out yet."),
        _l("Nothing to do: it is brought out as soon as possible."),
    ),
    "outlook_paused": (_l("Everything outgoing is paused."), _l("It goes out once the pause is over.")),
    "outlook_account_reconnect": (
        _l("Instagram no longer accepts our access to @%(username)s."),
        _l("Connect the account again."),
    ),
    "outlook_account_limited": (
        _l("@%(username)s is connected without the permission to publish."),
        _l("Connect the account again and allow everything that is asked for."),
    ),
    "outlook_account_disconnected": (_l("@%(username)s is disconnected."), _l("Connect the account again.")),
    "outlook_token_ends": _token_ends,
    "outlook_token_renewed": _token_renewed,
    "outlook_file_refused": (_l("Instagram would not take the file “%(filename)s”."), _l("Replace the file.")),
    "outlook_file_uploading": (
        _l("The file “%(filename)s” has not arrived completely yet."),
        _l("Keep the page that uploads it open."),
    ),
    "outlook_file_in_work": (_l("The file “%(filename)s” is being checked and put right."), _NOTHING_TO_DO),
}
