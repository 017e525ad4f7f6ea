"""Examining an uploaded file, and making the copy that Instagram takes.

Whatever breaks it off, it begins again from the original: half-made files have names of their own in one folder,
and nothing of them is ever referred to.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from app.assets.claims import Fenced, Hold, claim_asset, record
from app.assets.errors import ExamineFailed, FileRefused
from app.assets.examiner import INSPECTION, Interrupted, conversion_limits, examine
from app.assets.facts import ImageFacts, VideoFacts
from app.assets.files import (
    POSTERS,
    RENDITIONS,
    free_bytes,
    locate,
    move_into_place,
    new_name,
    place_for,
    remove_files,
    scratch_file,
)
from app.assets.limits import EXAMINE_BACKOFF, EXAMINE_MOST_FAILURES, EXAMINE_MOST_STARTS, FREE_RESERVE_BYTES
from app.assets.models import Asset, AssetKind, AssetPurpose, AssetState
from app.assets.rules import Verdict, judge_attachment, judge_image, judge_reel
from app.clock import Clock
from app.db import reading

log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """One go at one asset."""

    hold: Hold
    original: Path
    media_dir: Path
    clock: Clock
    is_over: Callable[[], bool]
    purpose: AssetPurpose
    old_files: tuple[str | None, ...]
    """What an earlier go left in place; removed when this one has taken its place."""

    def keep_on(self, percent: int) -> bool:
        """Show on the row that work goes on; False when it is to end."""
        if self.is_over():
            return False
        try:
            record(self.hold, self.clock.now(), keep=True, progress_percent=percent)
        except Fenced:
            return False
        except DBAPIError as error:  # a short absence costs nothing: the outcome is written under the same fence
            log.warning("progress_not_written", asset_id=self.hold.asset_id, error=type(error).__name__)
        return True


def examine_asset(
    asset_id: int, *, media_dir: Path, clock: Clock, fence: int, is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Examine an asset whose bytes are all here: it becomes READY or REFUSED, or is tried again later.

    1. Claim it; this counts the start.
    2. Measure the original in a process of its own; decide from the facts.
    3. Make the copy if one is needed, in a process of its own; measure and judge that too.
    4. Move the copy to its place and write the outcome in one statement.
    Returns whether the asset was ours to work on.
    """
    hold = claim_asset(asset_id, fence=fence, now=clock.now())
    if hold is None:
        return False
    try:
        _go(hold, media_dir, clock, is_over)
    except FileRefused as refused:
        _end(hold, clock, state=AssetState.REFUSED, refusal=refused.key, refusal_values=refused.values)
    except ExamineFailed as failed:
        _set_back(hold, clock, failed)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        _set_back(hold, clock, ExamineFailed(f"{type(error).__name__} {error.errno}", is_disk_full=full))
    except Interrupted:
        _end(hold, clock, state=AssetState.CHECKING, progress_percent=0, failures=hold.starts - 1)
    except Fenced:
        log.info("asset_taken_over", asset_id=hold.asset_id)
    return True


def _end(hold: Hold, clock: Clock, **values: Any) -> None:
    try:
        record(hold, clock.now(), **values)
    except Fenced:
        log.info("asset_taken_over", asset_id=hold.asset_id)


def _set_back(hold: Hold, clock: Clock, failed: ExamineFailed) -> None:
    log.warning("examine_failed", asset_id=hold.asset_id, starts=hold.starts, reason=str(failed))
    if hold.starts >= EXAMINE_MOST_FAILURES:
        key = "examine_disk_full" if failed.is_disk_full else "examine_failed"
        _end(hold, clock, state=AssetState.REFUSED, refusal=key, refusal_values={})
        return
    pause = EXAMINE_BACKOFF[min(hold.starts, len(EXAMINE_BACKOFF)) - 1]
    _end(hold, clock, state=AssetState.CHECKING, progress_percent=0, next_try_at=clock.now() + pause)


def _go(hold: Hold, media_dir: Path, clock: Clock, is_over: Callable[[], bool]) -> None:
    if hold.starts > EXAMINE_MOST_STARTS:
        raise FileRefused("examine_failed")
    work = _work_on(hold, media_dir, clock, is_over)
    with _scratch(media_dir, ".webp") as poster:
        order = {"do": "inspect", "source": str(work.original), "poster": str(poster), "purpose": work.purpose.value}
        found = examine(order, INSPECTION, keep_on=work.keep_on)
        if work.purpose is AssetPurpose.MESSAGE and found["facts"]["kind"] != "image":
            _go_on_with_attachment(work, found)
        elif found["facts"]["kind"] == "video":
            _go_on_with_video(work, found, poster)
        else:
            _go_on_with_image(work, found, poster)


def _work_on(hold: Hold, media_dir: Path, clock: Clock, is_over: Callable[[], bool]) -> Work:
    with reading() as session:
        asset = session.get(Asset, hold.asset_id)
    if asset is None or asset.original_path is None:
        raise Fenced
    original = locate(media_dir, asset.original_path)
    if not original.exists():
        raise FileRefused("file_lost")
    return Work(hold, original, media_dir, clock, is_over, asset.purpose, (asset.rendition_path, asset.poster_path))


def _go_on_with_attachment(work: Work, found: dict[str, Any]) -> None:
    """Take a film, sound or PDF for a message as it is: Instagram converts these itself."""
    kind, verdict = AssetKind(found["facts"]["kind"]), judge_attachment(found["facts"]["size_bytes"])
    values = _findings(found, kind, verdict) | {"poster_path": None}
    if verdict.refusal is not None:
        _refuse(work, verdict, values)
    else:
        _ready(work, values)


def _go_on_with_video(work: Work, found: dict[str, Any], poster: Path) -> None:
    facts = VideoFacts.from_json(found["facts"])
    verdict = judge_reel(facts)
    values = _findings(found, AssetKind.VIDEO, verdict)
    values["poster_path"] = _keep_file(work, poster, POSTERS) if poster.exists() else None
    if verdict.refusal is not None:
        _refuse(work, verdict, values)
    elif not verdict.fixes:
        _ready(work, values)
    else:
        record(work.hold, work.clock.now(), keep=True, **values | {"state": AssetState.CONVERTING})
        with _scratch(work.media_dir, ".mp4") as target:
            _convert_video(work, facts, verdict, target)
            _ready(work, values | {"rendition_path": _keep_file(work, target, RENDITIONS)})


def _convert_video(work: Work, facts: VideoFacts, verdict: Verdict, target: Path) -> None:
    """Make the copy, and raise FileRefused when Instagram would still refuse it."""
    _check_room(work, facts.size_bytes)
    order = {
        "do": "convert_video",
        "source": str(work.original),
        "target": str(target),
        "facts": facts.to_json(),
        "fixes": list(verdict.fixes),
    }
    made = examine(order, conversion_limits(facts.duration_seconds), keep_on=work.keep_on)
    judged = judge_reel(VideoFacts.from_json(made["facts"]))
    if judged.refusal is not None:
        raise FileRefused(judged.refusal.key, **judged.refusal.values)
    if judged.fixes:
        raise ExamineFailed(f"the copy still needs {', '.join(judged.fixes)}")


def _go_on_with_image(work: Work, found: dict[str, Any], poster: Path) -> None:
    facts = ImageFacts.from_json(found["facts"])
    verdict = judge_image(facts)
    values = _findings(found, AssetKind.IMAGE, verdict)
    if verdict.refusal is not None:
        _refuse(work, verdict, values)
        return
    with _scratch(work.media_dir, ".jpg") as target:
        order = {"do": "convert_image", "source": str(work.original), "target": str(target), "poster": str(poster)}
        examine(order | {"facts": facts.to_json()}, INSPECTION, keep_on=work.keep_on)
        values["poster_path"] = _keep_file(work, poster, POSTERS)
        _ready(work, values | {"rendition_path": _keep_file(work, target, RENDITIONS)})


def _findings(found: dict[str, Any], kind: AssetKind, verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": kind,
        "facts": found["facts"],
        "fixes": list(verdict.fixes),
        "sha256": found["sha256"],
        "size_bytes": found["facts"]["size_bytes"],
        "rendition_path": None,
    }


def _refuse(work: Work, verdict: Verdict, values: dict[str, Any]) -> None:
    assert verdict.refusal is not None
    told = {"refusal": verdict.refusal.key, "refusal_values": verdict.refusal.values}
    record(work.hold, work.clock.now(), state=AssetState.REFUSED, **values | told)
    remove_files(work.media_dir, work.old_files)


def _ready(work: Work, values: dict[str, Any]) -> None:
    done = {"state": AssetState.READY, "progress_percent": 100, "failures": 0, "ready_at": work.clock.now()}
    record(work.hold, work.clock.now(), refusal=None, refusal_values=None, next_try_at=None, **values | done)
    remove_files(work.media_dir, work.old_files)


def _keep_file(work: Work, made: Path, place: str) -> str:
    """Move a finished file to its place. If the row never comes to name it, the sweeper removes it."""
    relative = place_for(work.hold.workspace_id, place, new_name(made.suffix))
    move_into_place(made, work.media_dir, relative)
    return relative


def _check_room(work: Work, needed: int) -> None:
    if free_bytes(work.media_dir) < needed + FREE_RESERVE_BYTES:
        raise ExamineFailed("no room for the copy", is_disk_full=True)


@contextmanager
def _scratch(media_dir: Path, suffix: str) -> Iterator[Path]:
    path = scratch_file(media_dir, suffix)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
