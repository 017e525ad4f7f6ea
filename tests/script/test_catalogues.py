from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from script.catalogues.commands import extract
from script.catalogues.rules import problems_of

SENTENCE = "Comment from %(name)s"
ONE, MANY = "%(count)s post", "%(count)s posts"


def problems(language: str, message: str | tuple[str, str], translation: str | tuple[str, ...]) -> list[str]:
    wanted, ours = Catalog(), Catalog(locale=language, fuzzy=False)
    wanted.add(message)
    ours.add(message, translation)
    return list(problems_of(ours, wanted))


@pytest.mark.parametrize(
    ("language", "message", "translation"),
    [
        ("ru", SENTENCE, "Комментарий от %(name)s"),
        ("kk", SENTENCE, "Пікір авторы: %(name)s"),
        ("ru", (ONE, MANY), ("%(count)s публикация", "%(count)s публикации", "%(count)s публикаций")),
        ("kk", (ONE, MANY), ("%(count)s жарияланым", "%(count)s жарияланым")),
        ("kk", ("One post", MANY), ("Бір жарияланым", "%(count)s жарияланым")),
        ("ru", "Reels", "Reels"),
        ("ru", "{h} h {m} min", "{h} ч {m} мин"),
    ],
)
def test_a_right_translation_has_no_problem(language: str, message: str, translation: str) -> None:
    assert problems(language, message, translation) == []


@pytest.mark.parametrize(
    ("language", "message", "translation", "problem"),
    [
        ("ru", SENTENCE, "", "untranslated"),
        ("ru", SENTENCE, "Комментарий от %(user)s", "other values"),
        ("ru", SENTENCE, "Комментарий", "other values"),
        ("ru", "{h} h", "{m} ч", "other values"),
        ("ru", (ONE, MANY), ("%(count)s публикация", "%(count)s публикации", ""), "plural forms"),
        ("ru", ("One post", MANY), ("Публикация", "%(count)s публикации", "%(count)s публикаций"), "other values"),
        ("ru", "Sign in", "Sign in", "still in English"),
        ("ru", "Sent", "Отправлено!", "exclamation"),
        ("ru", "Replied", "Ответил(а)", "brackets"),
        ("ru", "Loading…", "Загрузка...", "three dots"),
        ("ru", "Wait", "Ты подожди", "«ты»"),
        ("ru", "Delete", " Удалить", "space"),
        ("kk", SENTENCE, "%(name)s-дан пікір", "glued"),
        ("kk", "April", "Сәуiр", "Latin and Cyrillic"),
        ("kk", "Caption", "Қолтаңба", "мәтін"),
    ],
)
def test_a_wrong_translation_is_told_what_is_wrong(language: str, message: str, translation: str, problem: str) -> None:
    assert problem in "\n".join(problems(language, message, translation))


def test_a_missing_a_fuzzy_and_a_left_over_sentence_are_found() -> None:
    wanted, ours = Catalog(), Catalog(locale="ru", fuzzy=False)
    wanted.add("New")
    wanted.add("Guessed")
    ours.add("Guessed", "Угадано", flags=["fuzzy"])
    ours.add("Old", "Старое")
    assert list(problems_of(ours, wanted)) == [
        "'New': not in the catalogue; run script/translations",
        "'Guessed': fuzzy",
        "'Old': the code no longer asks for it; run script/translations",
    ]


def test_sentences_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "page.py").write_text("_('Saved')\nngettext('%(count)s post', '%(count)s posts', 3)\n")
    (tmp_path / "app" / "templates" / "page.html").write_text('<p>{{ _("Queue of %(name)s", name="x") }}</p>')
    found = {message.id for message in extract(tmp_path) if message.id}
    assert found == {"Saved", (ONE, MANY), "Queue of %(name)s"}
