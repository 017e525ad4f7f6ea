"""Extract, update, compile and check the catalogues."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from script.catalogues.rules import as_list, problems_of

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "translations"
LANGUAGES = ("ru", "kk")
"""English needs no catalogue: its sentences stand in the code."""

KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
WIDTH = 110
SHOWN = 60


def main(arguments: list[str]) -> int:
    """Do what is asked; return the exit code."""
    parser = argparse.ArgumentParser(prog="script/translations", description="Keep the catalogues of translations/.")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="change nothing; fail when a catalogue is not right")
    group.add_argument("--compile", action="store_true", help="write the .mo files that the program reads")
    asked = parser.parse_args(arguments)
    if asked.check:
        return check()
    if asked.compile:
        compile_all()
        return 0
    update()
    return 0


def extract(project: Path = PROJECT) -> Catalog:
    """Return every sentence that the code and the templates of `project` ask for."""
    with (PROJECT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="SocialFlow", charset="utf-8")
    found = extract_from_dir(
        project, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for filename, _line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalogue.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return catalogue


def update(folder: Path = FOLDER) -> None:
    """Bring the catalogues up to date with the code, keeping what was translated. Nothing is guessed."""
    wanted = extract()
    for language in LANGUAGES:
        catalogue = read(folder, language)
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path = _path(folder, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False)
        print(f"{language}: {len(catalogue)} sentences, {_missing(catalogue)} to translate")


def _missing(catalogue: Catalog) -> int:
    return sum(bool(message.id) and not all(as_list(message.string)) for message in catalogue)


def compile_all(folder: Path = FOLDER) -> None:
    """Write the .mo file beside each catalogue, so that a reader never sees half of it."""
    for language in LANGUAGES:
        path = _path(folder, language)
        if not path.exists():
            continue
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, read(folder, language))
        part.replace(path.with_suffix(".mo"))


def check(folder: Path = FOLDER) -> int:
    """Print what is wrong with the catalogues, the first of it; return 1 when anything is."""
    wanted = extract()
    problems = [
        f"{language}: {problem}" for language in LANGUAGES for problem in problems_of(read(folder, language), wanted)
    ]
    for problem in problems[:SHOWN]:
        print(problem)
    if len(problems) > SHOWN:
        print(f"… and {len(problems) - SHOWN} more")
    return 1 if problems else 0


def read(folder: Path, language: str) -> Catalog:
    """Return a language's catalogue; an empty one when there is none yet."""
    path = _path(folder, language)
    if not path.exists():
        return Catalog(
            locale=language,
            header_comment="# The sentences of SocialFlow. Kept up to date by script/translations.",
            project="SocialFlow",
            version="1",
            msgid_bugs_address="-",
            last_translator="-",
            language_team="-",
            revision_date=datetime.now(UTC),
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _path(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "messages.po"
