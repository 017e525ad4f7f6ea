"""Instagram's errors, by code and subcode.

Source: instagram-graph-api/reference/error-codes (updated 2026-06-02) and graph-api/guides/error-handling.
"""

from typing import Any

OAUTH, IG = "OAuthException", "IGApiException"


class GraphError(Exception):
    """A refusal in the Graph envelope."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        kind: str = OAUTH,
        status: int = 400,
        title: str | None = None,
        user_message: str | None = None,
        is_transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode, self.kind, self.status = code, message, subcode, kind, status
        self.title, self.user_message, self.is_transient = title, user_message, is_transient

    def body(self, trace_id: str) -> dict[str, Any]:
        """Return the JSON envelope."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
            if self.kind != IG:
                error["is_transient"] = self.is_transient
        elif self.is_transient:
            error["is_transient"] = True
        if self.title:
            error |= {"error_user_title": self.title, "error_user_msg": self.user_message or self.message}
        error["fbtrace_id"] = trace_id
        return {"error": error}

    def replaced(self, replacements: dict[str, dict[str, Any]]) -> "GraphError":
        """Return the error that is answered in place of this one: many codes and statuses are stated nowhere."""
        exact = f"{self.code}/{self.subcode}" if self.subcode is not None else str(self.code)
        given = replacements.get(exact)
        if given is None:
            return self
        return GraphError(
            given.get("code", self.code),
            given.get("message", self.message),
            subcode=given.get("error_subcode", self.subcode),
            kind=given.get("type", self.kind),
            status=given.get("status", self.status),
            title=self.title,
            user_message=self.user_message,
            is_transient=self.is_transient,
        )


class LoginError(Exception):
    """A refusal of the code exchange, which has an envelope of its own."""

    def body(self) -> dict[str, Any]:
        """Return the JSON envelope."""
        return {"error_type": "OAuthException", "code": 400, "error_message": str(self)}


class UploadError(Exception):
    """A refusal of the upload host: ``debug_info`` and no ``error`` key."""

    def __init__(self, message: str, *, kind: str = "ProcessingFailedError", is_retriable: bool = False) -> None:
        super().__init__(message)
        self.kind, self.is_retriable = kind, is_retriable

    def body(self) -> dict[str, Any]:
        """Return the JSON envelope."""
        return {"debug_info": {"retriable": self.is_retriable, "type": self.kind, "message": str(self)}}


# The publishing table: subcode → code, message, title, what the user is told.
PUBLISHING: dict[int, tuple[int, str, str, str]] = {
    2207001: (-1, "Instagram server error. Try again.", "Server error", "Instagram server error. Try again."),
    2207003: (-2, "It takes too long to download the media.", "Timeout", "It takes too long to download the media."),
    2207004: (
        36000,
        "The image size is too large.",
        "Image size too large",
        "The image is too large to download. It should be less than 8 MiB.",
    ),
    2207005: (36001, "The image format is not supported.", "Unsupported image format", "Use a JPEG image."),
    2207006: (24, "The media with this ID does not exist.", "Media not found", "The media could not be found."),
    2207008: (
        24,
        "The media builder with this creation ID does not exist or has been expired.",
        "Media builder expired",
        "Create the container again.",
    ),
    2207009: (
        36003,
        "The submitted image is not within the acceptable aspect ratio.",
        "Unsupported aspect ratio",
        "The aspect ratio must be between 4:5 and 1.91:1.",
    ),
    2207010: (
        36004,
        "The caption is too long.",
        "Caption too long",
        "The caption may have 2,200 characters, 30 hashtags.",
    ),
    2207023: (100, "The media type is unknown.", "Unknown media type", "The media type is unknown."),
    2207026: (352, "The video format is not supported.", "Unsupported video format", "Use MOV or MP4."),
    2207027: (
        9007,
        "Media ID is not available",
        "Cannot publish",
        "The media is not ready for publishing, please wait for a moment.",
    ),
    2207028: (
        100,
        "The carousel did not meet the number of items.",
        "Invalid carousel",
        "A carousel needs at least 2 and at most 10 items.",
    ),
    2207040: (100, "Cannot use more than 20 tags.", "Too many tags", "Use 20 or fewer @ tags."),
    2207042: (
        9,
        "You reached maximum number of posts that is allowed to be published by Content Publishing API.",
        "Limit reached",
        "The account has reached its publishing limit. Try again later.",
    ),
    2207050: (
        25,
        "The Instagram account is restricted.",
        "Account restricted",
        "Sign in to the Instagram app and complete any actions the app requires.",
    ),
    2207051: (4, "We restrict certain activity to protect our community.", "Action blocked", "This action is blocked."),
    2207052: (
        9004,
        "Only photo or video can be accepted as media type.",
        "Media download has failed",
        "The media could not be fetched from this URI.",
    ),
    2207057: (1, "Thumb offset is out of range.", "Invalid thumbnail offset", "Choose a moment inside the video."),
    2207081: (
        100,
        "This account cannot share trial reels.",
        "Trial reels unavailable",
        "Share it as an ordinary reel.",
    ),
    2207089: (
        100,
        "Carousel item cannot be published standalone",
        "Cannot publish",
        "Carousel item cannot be published standalone",
    ),
}


# The messaging table, error-codes of the Messenger platform (2026-06-25): subcode → code, message, HTTP status.
MESSAGING: dict[int, tuple[int, str, int]] = {
    2534022: (10, "This message is sent outside of allowed window.", 403),
    2534014: (100, "The requested user cannot be found.", 400),
    2018001: (100, "No matching user found.", 400),
    2534015: (100, "Invalid message data.", 400),
    2018014: (100, "Message and sender action can't be sent together.", 400),
    2534025: (100, "The comment is invalid for a private reply.", 400),
    2018008: (100, "Failed to fetch the file from the url.", 400),
    2018047: (100, "Upload attachment failure: the type of the file does not match its attachment type.", 400),
    2018109: (100, "The attachment size exceeds allowable limit.", 400),
    2018294: (100, "The video upload timed out or the video is corrupted.", 400),
    2018074: (100, "Invalid attachment id.", 400),
    2018028: (
        200,
        "Cannot message people without a role in the app until it is reviewed.",
        400,
    ),
    2534041: (200, "The account owner has disabled access to instagram direct messages.", 400),
    1545041: (551, "This person isn't available right now.", 400),
    2534040: (613, "Calls to this api have exceeded the rate limit.", 400),
    9000001: (100, "The requested message has been deleted.", 400),
}


def messaging(subcode: int) -> GraphError:
    """Return the messaging table's error with this subcode."""
    code, message, status = MESSAGING[subcode]
    return GraphError(code, message, subcode=subcode, kind=IG, status=status)


def publishing(subcode: int) -> GraphError:
    """Return the publishing table's error with this subcode."""
    code, message, title, user_message = PUBLISHING[subcode]
    return GraphError(code, message, subcode=subcode, title=title, user_message=user_message)


def invalid(message: str) -> GraphError:
    """Return code 100: a parameter is missing or wrong."""
    return GraphError(100, message, kind=IG)


def required(name: str) -> GraphError:
    """Return code 100 for a missing parameter."""
    return invalid(f"The parameter {name} is required.")


def absent(method: str, object_id: str) -> GraphError:
    """Return 100/33: the object is not there, not ours, or cannot do this."""
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation"
    )
    return GraphError(100, message, subcode=33, kind=IG)


def unsupported_method(method: str) -> GraphError:
    """Return code 100 for a method that an endpoint does not know."""
    return invalid(f"Unsupported request - method type: {method.lower()}")


def missing_scope() -> GraphError:
    """Return code 10: the token was not granted what this call needs."""
    return GraphError(10, "(#10) Application does not have permission for this action", status=403)


def bad_token(message: str, *, subcode: int | None = None, status: int = 400) -> GraphError:
    """Return code 190."""
    return GraphError(190, message, subcode=subcode, status=status)
