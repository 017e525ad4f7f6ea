"""An account's line to the Graph host: its token, its observer, and the habits every endpoint shares."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.instagram.answers import as_id, as_object, as_objects, as_text
from app.instagram.error_table import ANSWER_UNREADABLE
from app.instagram.errors import InstagramError
from app.instagram.hosts import InstagramApp
from app.instagram.transport import READ_SECONDS, Call, Observer, send

_NAMED_FIELD = re.compile(r"field\W{1,3}(\w+)", re.IGNORECASE)
_FIELD_ERROR_CODES = (100, 9005)
T = TypeVar("T")

# Pages may come short or empty although more follow, so a list is ended by pages as well.
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A piece of a list: ask with `after` for the next one; None when this was the last."""

    items: list[T]
    after: str | None


class Connection:
    """Calls the Graph host as one account. The token travels in a header only and never shows in a repr."""

    def __init__(
        self, app: InstagramApp, access_token: str, ig_user_id: str, *, observe: Observer | None = None
    ) -> None:
        self._app = app
        self._access_token = access_token
        self._observe = observe
        self.ig_user_id = ig_user_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}(ig_user_id={self.ig_user_id!r})"

    def _get(self, path: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """Return the JSON object at a path below the API version."""
        return self._call("GET", path, params, is_reading=True)

    def _post(self, path: str, form: Mapping[str, str], *, read_seconds: float = READ_SECONDS) -> Mapping[str, object]:
        """Send a form and return the JSON object answered."""
        return self._call("POST", path, form, is_reading=False, read_seconds=read_seconds)

    def _post_json(
        self, path: str, body: Mapping[str, object], *, read_seconds: float = READ_SECONDS
    ) -> Mapping[str, object]:
        """Send a JSON body and return the JSON object answered."""
        return self._call("POST", path, {}, is_reading=False, read_seconds=read_seconds, body=body)

    def _delete(self, path: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """Delete what is at a path and return the JSON object answered."""
        return self._call("DELETE", path, params, is_reading=False)

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        *,
        is_reading: bool,
        read_seconds: float = READ_SECONDS,
        body: Mapping[str, object] | None = None,
    ) -> Mapping[str, object]:
        call = Call(
            method=method,
            url=f"{self._app.graph_url}/{self._app.api_version}/{path}",
            params=params,
            is_reading=is_reading,
            bearer=self._access_token,
            secrets=(self._access_token, *self._app.app_secrets),
            read_seconds=read_seconds,
            body=body,
        )
        return send(call, self._observe)

    def _create(self, edge: str, form: Mapping[str, str], *, read_seconds: float = READ_SECONDS) -> str:
        """Send a form to an edge of the account and return the id of what it made."""
        return self._create_at(self._path_of(edge), form, read_seconds=read_seconds)

    def _create_at(self, path: str, form: Mapping[str, str], *, read_seconds: float = READ_SECONDS) -> str:
        """Send a form to a path and return the id of what it made."""
        answer = self._post(path, form, read_seconds=read_seconds)
        made = as_id(answer.get("id"))
        if made is None:
            raise unreadable_answer(is_reading=False)
        return made

    def _path_of(self, edge: str) -> str:
        return f"{require_id(self.ig_user_id)}/{edge}"

    def _get_fields(self, path: str, fields: "Sequence[str] | Fields", **params: str) -> Mapping[str, object]:
        """Return the object at a path with as many of `fields` as it allows.

        One field Instagram does not know there fails the whole call: it is left out (all but the core, which is the
        first two unless `Fields` says more, when the error does not name it), and the call made again.
        """
        asked = fields if isinstance(fields, Fields) else Fields(tuple(fields), core=2)
        while True:
            try:
                return self._get(path, {"fields": ",".join(asked.names), **params})
            except InstagramError as error:
                fewer = _without_refused_field(asked, error)
                if fewer is None:
                    raise
                asked = fewer

    def _get_nested(
        self, path: str, outer: "Fields", edge: str, inner: "Fields", **params: str
    ) -> Mapping[str, object]:
        """Return the object at a path with fields of its own and an `edge` expanded (`replies.limit(25)`).

        A field that is refused is left out on both levels, as in `_get_fields`.
        """
        while True:
            asked = [*outer.names, f"{edge}{{{','.join(inner.names)}}}"]
            try:
                return self._get(path, {"fields": ",".join(asked), **params})
            except InstagramError as error:
                fewer = _without_refused(outer, inner, error)
                if fewer is None:
                    raise
                outer, inner = fewer

    def _list(self, path: str, fields: Sequence[str], *, limit: int, page_size: int) -> Iterator[Mapping[str, object]]:
        """Yield at most `limit` objects of a list, page after page.

        The next request is built from `cursors.after`: the `next` link carries the token, so it is only a sign that
        more follows.
        """
        after: str | None = None
        yielded = 0
        for _page in range(_MOST_PAGES):
            page = self._get_fields(
                path, fields, limit=str(min(page_size, limit)), **({"after": after} if after else {})
            )
            for item in as_objects(page.get("data"))[: limit - yielded]:
                yielded += 1
                yield item
            following = cursor_after(page)
            if yielded >= limit or following is None or following == after:
                return
            after = following


def require_id(ig_id: str) -> str:
    """Return the id if it can stand in a path; anything else is a mistake of ours and raises ValueError."""
    if as_id(ig_id) is None:
        raise ValueError("not an id of Instagram's")
    return ig_id


def unreadable_answer(*, is_reading: bool) -> InstagramError:
    """Return the error for a success that lacks what it must hold."""
    return InstagramError(ANSWER_UNREADABLE, is_reading=is_reading, http_status=200)


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields to ask for; the first `core` of them still when an error does not name the one that it is about."""

    names: tuple[str, ...]
    core: int

    def without(self, refused: set[str]) -> "Fields":
        """Return what is left without some of them; the first, which is the id, always is."""
        kept = tuple(name for name in self.names if name == self.names[0] or name not in refused)
        return Fields(kept, min(self.core, len(kept)))

    def core_only(self) -> "Fields":
        """Return the part that is never left out."""
        return Fields(self.names[: self.core], self.core)


def cursor_after(page: Mapping[str, object]) -> str | None:
    """Return the cursor of the page that follows, None after the last one.

    It is rebuilt from `cursors.after`: the `next` link carries the token, so it is only a sign that more follows.
    """
    paging = as_object(page.get("paging"))
    return as_text(as_object(paging.get("cursors")).get("after")) if paging.get("next") else None


def _without_refused_field(fields: Fields, error: InstagramError) -> Fields | None:
    """Return the fields worth asking for after `error`, None when it is not about a field or nothing is left out."""
    if not _is_about_a_field(error):
        return None
    named = set(_NAMED_FIELD.findall(error.message)) & set(fields.names[1:])
    fewer = fields.without(named) if named else fields.core_only()
    return fewer if len(fewer.names) < len(fields.names) else None


def _without_refused(outer: Fields, inner: Fields, error: InstagramError) -> tuple[Fields, Fields] | None:
    """Return what is worth asking for on both levels after `error`, None when there is nothing to leave out."""
    if not _is_about_a_field(error):
        return None
    named = set(_NAMED_FIELD.findall(error.message))
    fewer = outer.without(named), inner.without(named)
    if fewer == (outer, inner):
        fewer = outer.core_only(), inner.core_only()
    return fewer if fewer != (outer, inner) else None


def _is_about_a_field(error: InstagramError) -> bool:
    return error.code in _FIELD_ERROR_CODES and "field" in f"{error.key} {error.message}".lower()
