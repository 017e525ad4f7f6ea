"""Containers: Instagram's upload tickets."""

import json
from typing import Any

from sandbox.accounts import DAY
from sandbox.clock import Clock
from sandbox.container_rules import ContainerSpec
from sandbox.ids import Ids
from sandbox.records import Container, load, load_if
from sandbox.store import Store

CONTAINER_LIFE_S = DAY  # content-publishing: a container expires after 24 hours

IN_PROGRESS, FINISHED, PUBLISHED, ERROR, EXPIRED = "IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED"
STATUS_TEXT = {
    IN_PROGRESS: "In Progress: Media is still being processed.",
    FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
    PUBLISHED: "Published: Media has been successfully published.",
    EXPIRED: "Expired: Media was not published within 24 hours and can no longer be published.",
}


class Containers:
    """Reads and writes of containers."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def add(self, user_id: str, spec: ContainerSpec, *, processing_s: float) -> Container:
        """Create a container; its bytes are still to come."""
        now = self._clock.now()
        container_id = self._ids.next("container")
        params = spec.params | ({"children": list(spec.children)} if spec.children else {})
        self._store.insert(
            "containers",
            {
                "id": container_id,
                "user_id": user_id,
                "kind": spec.kind,
                "is_item": int(spec.is_item),
                "params": json.dumps(params),
                "created_at": now,
                "state": "uploading" if spec.is_resumable else "fetched" if spec.children else "fetching",
                "ready_at": now + processing_s,
            },
        )
        return self.get(container_id)

    def find(self, container_id: str) -> Container | None:
        """Return a container, or None."""
        return load_if(Container, self._store.one("SELECT * FROM containers WHERE id = ?", (container_id,)))

    def get(self, container_id: str) -> Container:
        """Return a container that exists."""
        found = self.find(container_id)
        assert found is not None
        return found

    def list_containers(self, state: str | None = None) -> list[Container]:
        """Return containers, oldest first; all of them or those in one state."""
        sql = "SELECT * FROM containers WHERE state = coalesce(?, state) ORDER BY created_at, id"
        return [load(Container, row) for row in self._store.all(sql, (state,))]

    def count_since(self, user_id: str, since: float) -> int:
        """Return how many containers an account has made since this sandbox time."""
        sql = "SELECT count(*) AS n FROM containers WHERE user_id = ? AND created_at > ?"
        row = self._store.one(sql, (user_id, since))
        return int(row["n"]) if row else 0

    def settle(self, container_id: str, assets: list[dict[str, Any]]) -> None:
        """Record that all bytes are there and are good."""
        sql = "UPDATE containers SET state = 'fetched', assets = ? WHERE id = ?"
        self._store.run(sql, (json.dumps(assets), container_id))

    def fail(self, container_id: str, subcode: int, reason: str) -> None:
        """Record why the bytes were refused."""
        sql = "UPDATE containers SET state = 'error', error_subcode = ?, error_reason = ? WHERE id = ?"
        self._store.run(sql, (subcode, reason, container_id))

    def record_upload(self, container_id: str, *, size: int, received: int, state: str) -> None:
        """Record how many bytes of a resumable upload have come."""
        sql = "UPDATE containers SET upload_size = ?, uploaded_bytes = ?, state = ? WHERE id = ?"
        self._store.run(sql, (size, received, state, container_id))

    def take_source(self, container: Container, url: str) -> None:
        """Let a resumable container take its bytes from an address instead."""
        sql = "UPDATE containers SET state = 'fetching', params = ? WHERE id = ?"
        self._store.run(sql, (json.dumps(container.params | {"video_url": url}), container.id))

    def claim(self, container_id: str, media_id: str) -> bool:
        """Bind the one media a container becomes; False when it has become one before."""
        sql = "UPDATE containers SET media_id = ? WHERE id = ? AND media_id IS NULL"
        return self._store.run(sql, (media_id, container_id)) == 1

    def show_published_from(self, container_id: str, instant: float) -> None:
        """Let the status say FINISHED until this sandbox time although the container is published."""
        self._store.run("UPDATE containers SET published_visible_at = ? WHERE id = ?", (instant, container_id))

    def true_status(self, container: Container) -> str:
        """Return the status as it is, whatever the reader may see."""
        now = self._clock.now()
        if container.media_id is not None:
            return PUBLISHED
        if now >= container.created_at + CONTAINER_LIFE_S:
            return EXPIRED
        if container.state == "error":
            return ERROR
        if container.state != "fetched" or now < container.ready_at:
            return IN_PROGRESS
        return self._children_status(container)

    def _children_status(self, container: Container) -> str:
        states = {self.true_status(child) for child in self.children(container)}
        if states & {ERROR, EXPIRED}:
            return ERROR
        return IN_PROGRESS if IN_PROGRESS in states else FINISHED

    def children(self, container: Container) -> list[Container]:
        """Return a carousel's items in order."""
        found = (self.find(child) for child in container.params.get("children", ()))
        return [child for child in found if child is not None]

    def seen_status(self, container: Container) -> str:
        """Return the status a reader sees: PUBLISHED may show late."""
        status = self.true_status(container)
        is_late = status == PUBLISHED and self._clock.now() < container.published_visible_at
        return FINISHED if is_late else status

    def status_text(self, container: Container, status: str) -> str:
        """Return the sentence beside the status; an error carries its subcode."""
        if status != ERROR:
            return STATUS_TEXT[status]
        subcodes = [container.error_subcode, *(child.error_subcode for child in self.children(container))]
        subcode = next((code for code in subcodes if code), 2207032)
        return f"Error: Media upload has failed with error code {subcode}"
