"""The picture of a full queue: a real installation, used in a real browser."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from script.launch.folders import PROJECT
from script.pictures import scenes
from tests.conftest import SECRETS
from tests.frontend.conftest import FLAGS
from tests.journeys.operator import Operator, Screen
from tests.journeys.stack import Stack

TARGET = PROJECT / "docs/images/queue.png"
SCREEN = Screen("ru", 1280)
HEIGHT = 860
COLOURS = 256
ZONE = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True)
class Plan:
    """A Reel to plan: in how many days, and at what time there."""

    scene: scenes.Scene
    seconds: int
    caption: str
    days: int
    time: str


PLANS = (
    Plan(scenes.sea_buckthorn, 9, "Раф с облепихой снова в меню — до воскресенья.\n\n#almaty #кофе", 1, "10:00"),
    Plan(scenes.mountains, 12, "Таңғы кофе тауға қарап ішсе, дәмдірек.\n\n#алматы #тау", 1, "19:00"),
    Plan(scenes.berry_cake, 6, "Торт дня: ягоды и сливки. Осталось шесть кусочков", 2, "12:00"),
    Plan(scenes.latte, 14, "Учим рисовать лист за минуту ☕ Сохраняйте", 3, "19:00"),
    Plan(scenes.matcha, 8, "Дүйсенбіге дейін матчаға 20% жеңілдік.\n\n#матча", 4, "10:00"),
    Plan(scenes.beans, 11, "Обжариваем по четвергам: Эфиопия и Бразилия", 5, "18:00"),
    Plan(scenes.shop_front, 7, "С пятницы работаем до полуночи", 6, "20:00"),
)


def take(target: Path = TARGET) -> None:
    """Write the picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        stack = Stack(Path(folder), SECRETS, {"PATH": os.environ["PATH"]})
        try:
            stack.start()
            aigerim = furnish(browser, stack, Path(folder))
            aigerim.page.set_viewport_size({"width": SCREEN.width, "height": HEIGHT})
            aigerim.page.goto("/posts", wait_until="networkidle")
            aigerim.page.screenshot(path=target)
        finally:
            browser.close()
            stack.stop()
    Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)


def furnish(browser: Browser, stack: Stack, folder: Path) -> Operator:
    """Set the installation up and plan a week of Reels; return the owner at their screen."""
    ig_user_id = stack.instagram.add_account("alma.coffee", name="Алма Кофе | Алматы", followers_count=2480)[0]
    aigerim = Operator(browser, stack, SCREEN)
    aigerim.become_owner()
    aigerim.ask_to_connect()
    aigerim.allow(ig_user_id)
    for plan in PLANS:
        aigerim.compose(plan.caption)
        aigerim.upload(scenes.write_video(folder / f"{plan.scene.__name__}.mp4", plan.scene, plan.seconds))
        aigerim.page.fill("#when-date", f"{datetime.now(ZONE).date() + timedelta(days=plan.days):%Y-%m-%d}")
        aigerim.page.fill("#when-time", plan.time)
        aigerim.press("schedule")
    aigerim.compose("Как мы обжариваем зерно")
    aigerim.press("draft")
    return aigerim
