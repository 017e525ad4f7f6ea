"""The picture of a full queue: a real installation, used in a real browser."""

import os
import shutil
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
COLOURS = 128
ZONE = ZoneInfo("Asia/Almaty")

PLANS: tuple[tuple[scenes.Scene, str, str, str, int, str], ...] = (
    (
        scenes.sea_buckthorn,
        "Раф\nс облепихой",
        "raf.mp4",
        "Раф с облепихой снова в меню — до воскресенья.\n\n#almaty #кофе",
        1,
        "10:00",
    ),
    (scenes.latte, "Латте-арт\nза минуту", "latte.mp4", "Учим рисовать лист за минуту ☕ Сохраняйте", 1, "19:00"),
    (scenes.mountains, "Таңғы\nкофе", "tau.mp4", "Таңғы кофе тауға қарап ішсе, дәмдірек.\n\n#алматы #тау", 2, "08:30"),
    (scenes.berry_cake, "Торт дня", "cake.mp4", "Торт дня: ягоды и сливки. Осталось шесть кусочков", 3, "12:00"),
    (scenes.matcha, "Матча\n−20 %", "matcha.mp4", "Дүйсенбіге дейін матчаға 20% жеңілдік.\n\n#матча", 4, "19:00"),
    (scenes.beans, "Обжарка\nпо четвергам", "beans.mp4", "Обжариваем по четвергам: Эфиопия и Бразилия", 5, "18:00"),
    (scenes.shop_front, "Теперь\nдо полуночи", "shop.mp4", "С пятницы работаем до полуночи", 6, "20:00"),
)
"""Scene, title, file, caption, in how many days, at what time."""


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
    Image.open(target).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def furnish(browser: Browser, stack: Stack, folder: Path) -> Operator:
    """Set the installation up and plan a week of Reels; return the owner at their screen."""
    ig_user_id = stack.instagram.add_account("alma.coffee", name="Алма Кофе | Алматы", followers_count=2480)[0]
    aigerim = Operator(browser, stack, SCREEN)
    aigerim.become_owner()
    aigerim.ask_to_connect()
    aigerim.allow(ig_user_id)
    for scene, title, name, caption, days, time in PLANS:
        aigerim.compose(caption)
        aigerim.upload(scenes.write_video(folder / name, scene, title))
        aigerim.page.fill("#when-date", f"{datetime.now(ZONE).date() + timedelta(days=days):%Y-%m-%d}")
        aigerim.page.fill("#when-time", time)
        aigerim.press("schedule")
    return aigerim
