"""Fetches and examines what containers name, in threads of its own."""

import logging
import queue
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import fetch, specs
from sandbox.container_rules import thumb_offset
from sandbox.files import StoredFile, TooLargeError
from sandbox.probe import UnreadableError, probe
from sandbox.records import Container

if TYPE_CHECKING:
    from sandbox.world import World

THREADS = 8
DOWNLOAD_TIMEOUT, DOWNLOAD_FAILED = 2207003, 2207052

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A container to examine; `era` tells whether the sandbox was reset meanwhile."""

    era: int
    container_id: str


class Processing:
    """A queue of containers and the threads that work it off."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for number in range(THREADS):
            threading.Thread(target=self._work, name=f"processing-{number}", daemon=True).start()

    def enqueue(self, container_id: str) -> None:
        """Have a container fetched and examined soon."""
        self._jobs.put(Job(self._world.era, container_id))

    def examine_now(self, container_id: str) -> int | None:
        """Fetch and examine a container before returning; answer the subcode of its refusal, None when it is good."""
        self._process(Job(self._world.era, container_id))
        container = self._world.containers.find(container_id)
        return container.error_subcode if container else None

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                self._process(job)
            except Exception:
                # One poisoned file must not end the thread: the container fails, the next one is worked on.
                log.exception("container %s", job.container_id)
                self._record(job, None, specs.SpecError(2207001, "the sandbox failed"))

    def _process(self, job: Job) -> None:
        container = self._world.containers.find(job.container_id)
        if container is None or job.era != self._world.era:
            return
        try:
            assets = self._examine(container)
        except specs.SpecError as refusal:
            self._record(job, None, refusal)
        else:
            self._record(job, assets, None)

    def _record(self, job: Job, assets: list[dict[str, Any]] | None, refusal: specs.SpecError | None) -> None:
        with self._world.store.transaction():
            if job.era != self._world.era:
                return
            if refusal is not None:
                self._world.containers.fail(job.container_id, refusal.subcode, refusal.reason)
            else:
                self._world.containers.settle(job.container_id, assets or [])

    def _examine(self, container: Container) -> list[dict[str, Any]]:
        params, settings = container.params, self._world.settings
        if settings.container_error is not None:
            raise specs.SpecError(settings.container_error, "ordered by the setting container_error")
        is_video = "image_url" not in params
        limit = specs.byte_limit(container.kind, is_video=is_video, settings=settings)
        source = params.get("image_url") or params.get("video_url")
        stored = self._fetch(source, limit, is_video=is_video) if source else self._uploaded(container, limit)
        facts = self._facts(stored)
        specs.check(facts, container.kind, is_video=is_video, settings=settings)
        assets = [_asset("media", source, stored, facts)]
        if is_video:
            specs.check_offset(thumb_offset(params), facts["duration_s"])
        if "cover_url" in params:
            cover = self._fetch(params["cover_url"], specs.IMAGE_BYTES, is_video=False)
            cover_facts = self._facts(cover)
            specs.check_image(cover_facts)
            assets.append(_asset("cover", params["cover_url"], cover, cover_facts))
        return assets

    def _fetch(self, url: str, limit: int, *, is_video: bool) -> StoredFile:
        try:
            settings = self._world.settings
            chunks = fetch.download(url, timeout_s=settings.fetch_timeout_s, verify_tls=settings.verify_tls)
            return self._world.files.add(chunks, limit)
        except fetch.FetchError as error:
            raise specs.SpecError(DOWNLOAD_TIMEOUT if error.is_timeout else DOWNLOAD_FAILED, str(error)) from error
        except TooLargeError:
            raise specs.too_large(is_video=is_video, limit=limit) from None

    def _uploaded(self, container: Container, limit: int) -> StoredFile:
        stored = self._world.files.adopt(self._world.files.partial(container.id))
        if stored.size > limit:
            raise specs.too_large(is_video=True, limit=limit)
        return stored

    def _facts(self, stored: StoredFile) -> dict[str, Any]:
        try:
            return dict(_probe_once(self._world.files.folder.as_posix(), stored.sha256))
        except UnreadableError as error:
            raise specs.SpecError(specs.NOT_MEDIA, f"not media: {error}") from error


@lru_cache(maxsize=4096)
def _probe_once(folder: str, sha256: str) -> tuple[tuple[str, Any], ...]:
    """Examine bytes once, however many containers carry them."""
    return tuple(probe(Path(folder) / sha256).items())


def _asset(role: str, source: str | None, stored: StoredFile, facts: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "url": source, "sha256": stored.sha256, "bytes": stored.size, **facts}
