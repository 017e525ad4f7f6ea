"""A few posts for the demo's queue: drawn, uploaded and planned as an operator would."""

import base64
import tempfile
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.assets.receive_upload import receive_bytes
from app.assets.start_upload import start_upload
from app.clock import Clock
from app.config import Config
from app.demo.reel_drawing import Drawing, draw_reel
from app.publishing.content import PostContent
from app.publishing.due_time import resolve_due_time
from app.publishing.models import Post, PostKind
from app.publishing.save_post import FormMark, save_draft, schedule_post

WARM = Drawing(seconds=5, width=720, height=1280, fps=24)
FRESH = Drawing(seconds=5, width=720, height=1280, fps=24, top=(205, 232, 214), bottom=(74, 132, 108))

NIGHT = Drawing(seconds=4, width=720, height=1280, fps=24, top=(58, 64, 110), bottom=(150, 110, 140))

FIRST_IN = timedelta(minutes=4)
"""Soon enough that whoever tries us out sees it go out."""

ANNOUNCED_DAYS = 5
EVENING = time(19, 0)


@dataclass(frozen=True)
class Author:
    """Who plans, for which account."""

    user_id: int
    account_id: int


def plan_posts(author: Author, config: Config, clock: Clock) -> None:
    """Plan a Reel that is due in a few minutes and one for tomorrow evening, and write a draft."""
    warm = upload_drawing("raf.mp4", WARM, author, config, clock)
    fresh = upload_drawing("matcha.mp4", FRESH, author, config, clock)
    soon = (_here(config, clock) + FIRST_IN).replace(second=0, microsecond=0)
    planner = Planner(author, config.timezone, clock)
    planner.schedule("demo-1", "Раф с облепихой снова в меню.\n\n#almaty #кофе", warm, soon)
    caption = "Дүйсенбіге дейін матчаға 20% жеңілдік.\n\n#алматы"
    planner.schedule("demo-2", caption, fresh, evening(config, clock, days=1))
    planner.draft("demo-3", "Как мы обжариваем зерно", warm)


def plan_announcement(author: Author, config: Config, clock: Clock) -> None:
    """Plan a Reel for an evening by which the access to a neglected account has ended."""
    night = upload_drawing("astana.mp4", NIGHT, author, config, clock)
    planner = Planner(author, config.timezone, clock)
    caption = "Астана, кофе дәмін көруге шақырамыз!\nПриходите на бесплатную дегустацию.\n\n#астана"
    planner.schedule("demo-5", caption, night, evening(config, clock, days=ANNOUNCED_DAYS))


def evening(config: Config, clock: Clock, *, days: int) -> datetime:
    """Return the wall time of an evening so many days from today."""
    return datetime.combine(_here(config, clock).date() + timedelta(days=days), EVENING)


def _here(config: Config, clock: Clock) -> datetime:
    return clock.now().astimezone(ZoneInfo(config.timezone)).replace(tzinfo=None)


def upload_drawing(filename: str, drawing: Drawing, author: Author, config: Config, clock: Clock) -> int:
    """Draw a video and hand it in; return its asset's id."""
    with tempfile.TemporaryDirectory() as folder:
        path = draw_reel(Path(folder) / filename, drawing)
        size = path.stat().st_size
        named = f"filename {base64.b64encode(filename.encode()).decode()}"
        media_dir, user_id = config.media_dir, author.user_id
        upload = start_upload(size, named, user_id=user_id, media_dir=media_dir, clock=clock)
        with path.open("rb") as body:
            received = receive_bytes(
                upload.public_id,
                body,
                offset=0,
                body_bytes=size,
                checksum=None,
                user_id=user_id,
                media_dir=media_dir,
                clock=clock,
            )
    return received.asset_id


@dataclass(frozen=True)
class Planner:
    """Writes posts under a mark of their own, so that a demo that was broken off writes none of them twice."""

    author: Author
    zone: str
    clock: Clock

    def schedule(self, token: str, caption: str, asset_id: int, wall: datetime) -> Post:
        """Plan a post for a wall time; return it."""
        due = resolve_due_time(wall, self.zone, fold=0)
        content, mark = self._content(caption, asset_id), FormMark(token, "")
        return schedule_post(content, due, mark=mark, user_id=self.author.user_id, clock=self.clock)

    def draft(self, token: str, caption: str, asset_id: int) -> None:
        """Write a post that has no time yet."""
        content, mark = self._content(caption, asset_id), FormMark(token, "")
        save_draft(content, mark=mark, user_id=self.author.user_id, clock=self.clock)

    def _content(self, caption: str, asset_id: int) -> PostContent:
        return PostContent(self.author.account_id, PostKind.REEL, caption, (asset_id,))
