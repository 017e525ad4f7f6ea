"""Six answers to begin with. They are texts for customers, each in its own language, and no part of the interface."""

from datetime import datetime

from sqlalchemy import select

from app.db import deadlock_safe, transaction
from app.saved_replies.models import SavedReply
from app.saved_replies.save_reply import ReplyContent

EXAMPLES = (
    ReplyContent("цена", "{name}, спасибо за вопрос. Цену и наличие отправили вам в Direct.", "ru"),
    ReplyContent("адрес", "{name}, мы работаем каждый день с 10:00 до 20:00. Адрес — в шапке профиля.", "ru"),
    ReplyContent("спасибо", "{name}, спасибо за тёплые слова. Ждём вас снова.", "ru"),
    ReplyContent("баға", "{name}, сұрағыңызға рахмет. Бағасы мен бар-жоғын Direct арқылы жібердік.", "kk"),
    ReplyContent("мекенжай", "{name}, күн сайын 10:00-ден 20:00-ге дейін жұмыс істейміз. Мекенжай профильде.", "kk"),
    ReplyContent("рахмет", "{name}, жылы лебізіңізге рахмет. Қайта күтеміз.", "kk"),
)


@deadlock_safe
def add_examples(*, user_id: int, now: datetime) -> int:
    """Keep those of the examples whose shortcut is free; return how many that were."""
    with transaction() as session:
        taken = {shortcut.casefold() for shortcut in session.scalars(select(SavedReply.shortcut))}
        free = [example for example in EXAMPLES if example.shortcut not in taken]
        for example in free:
            session.add(
                SavedReply(
                    shortcut=example.shortcut,
                    text=example.text,
                    language=example.language,
                    created_by_id=user_id,
                    updated_at=now,
                )
            )
    return len(free)
