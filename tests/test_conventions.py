"""What style.md and ux.md ask of the whole tree, so that nobody has to remember it."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import PROJECT_DIR, Config, ConfigError

CODE_FOLDERS = ("app", "sandbox", "script", "tests", "migrations")
DOORS = ("blueprints", "scheduler", "cli", "demo")
"""Where something comes in from outside. Domains never call back into these, and these never into each other."""

SHARED = ("app.scheduler.models",)
"""Rows may be read by everybody: whether the scheduler is alive concerns pages and claims alike."""

FLASK = ("flask", "flask_babel", "flask_wtf", "wtforms", "werkzeug", "jinja2")
MODULE_LINES = 400
FUNCTION_LINES = 40
LONG_FUNCTIONS = {
    "app/__init__.py:create_app",  # one line for each part that is put together
}
HTMX = {
    *("get", "post", "put", "patch", "delete", "target", "swap", "select", "trigger", "push-url", "sync", "confirm"),
    *("indicator", "include", "disable", "headers:inherited"),
}
FORBIDDEN_IN_TEMPLATES = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline handler": re.compile(r"\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"importmap\" nonce=)", re.I),
    "code in an htmx value": re.compile(r"=[\"']\s*(js|javascript):", re.I),
    "a filter in hx-trigger": re.compile(r"hx-trigger=\"[^\"]*\["),
    "a hex colour": re.compile(r"(?<!href=)[\"'\s:(]#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})(?=[\"'\s;)])", re.I),
    "an element from another server": re.compile(
        r"<(?:script|link|img|iframe|video)\b[^>]*(?:src|href)=[\"']https?:", re.I
    ),
}
FORBIDDEN_IN_SCRIPTS = {
    "formatting that has no Kazakh": re.compile(r"\bIntl\.|\.toLocale\w*\("),
    "eval": re.compile(r"\beval\(|new Function\("),
    "an inline style": re.compile(r"\.style\b|setAttribute\(\s*[\"']style"),
    "a hex colour": re.compile(r"[\"']#[0-9a-f]{3,8}[\"']", re.I),
}
# Written in pieces, so that this file does not find itself.
FORBIDDEN_ANYWHERE = {
    "a path of one machine": re.compile(r"(?<![\w.])/(" + "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot")) + r")/"),
    "a package registry": re.compile(
        "--(extra-)?index-" + "url|^regis" + r"try\s*=|\"resolved\"" + r":\s*\"https?:", re.M
    ),
    "something left for later": re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b"),
}
TEXT_SUFFIXES = {
    *(".py", ".html", ".js", ".css", ".md", ".txt", ".in", ".yml", ".yaml", ".toml", ".cfg", ".sql", ".json", ".po"),
    *(".example", ".mako", ".sh", ".conf", ""),
}


def files(pattern: str, *folders: str) -> list[Path]:
    """Return the files of these folders, without vendored ones."""
    found = (path for folder in folders for path in (PROJECT_DIR / folder).rglob(pattern))
    return sorted(path for path in found if "vendor" not in path.parts)


def shown(path: Path) -> str:
    return path.relative_to(PROJECT_DIR).as_posix()


def committed() -> list[Path]:
    """Return the text files of the repository that are our own."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    paths = (PROJECT_DIR / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.suffix in TEXT_SUFFIXES and "vendor" not in path.parts and path.is_file()]


def imported_by(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, `from package import module` as both."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def domain_modules() -> list[Path]:
    """Return everything in app/ that is neither a door nor made for Flask."""
    outside = {"web", "templates", "static", *DOORS}
    packaged = [path for path in files("*.py", "app") if path.parent != PROJECT_DIR / "app"]
    return [path for path in packaged if path.relative_to(PROJECT_DIR / "app").parts[0] not in outside]


def test_a_domain_knows_neither_flask_nor_the_doors_that_lead_to_it() -> None:
    doors = tuple(f"app.{name}" for name in ("web", *DOORS))
    wrong = [
        f"{shown(path)} imports {module}"
        for path in domain_modules()
        for module in imported_by(path)
        if is_under(module, (*FLASK, *doors)) and not is_under(module, SHARED)
    ]
    assert wrong == []


def test_jobs_know_no_flask_and_doors_do_not_call_each_other() -> None:
    wrong = []
    for door in DOORS:
        others = tuple(f"app.{name}" for name in DOORS if name != door)
        for path in files("*.py", f"app/{door}"):
            forbidden = (*others, *(FLASK if door == "scheduler" else ()))
            found_here = (
                name for name in imported_by(path) if is_under(name, forbidden) and not is_under(name, SHARED)
            )
            wrong += [f"{shown(path)} imports {name}" for name in found_here]
    assert wrong == []


def test_the_shared_web_code_does_not_know_the_pages() -> None:
    wrong = [
        f"{shown(path)} imports {module}"
        for path in files("*.py", "app/web")
        for module in imported_by(path)
        if is_under(module, ("app.blueprints", "app.cli"))
    ]
    assert wrong == []


def test_the_programs_share_no_code() -> None:
    apart = {
        "sandbox": ("app", "tests"),
        "app": ("sandbox", "tests", "script"),
        "migrations": ("app", "sandbox", "tests"),
    }
    wrong = [
        f"{shown(path)} imports {module}"
        for folder, others in apart.items()
        for path in files("*.py", folder)
        for module in imported_by(path)
        if is_under(module, others)
    ]
    assert wrong == []


class Asked(dict[str, str]):
    """An empty environment that remembers what was looked for in it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        self.names.append(name)
        return default


@pytest.fixture(scope="session")
def setting_names() -> list[str]:
    """Every setting that the program, gunicorn's configuration or Docker's reads."""
    asked = Asked()
    with pytest.raises(ConfigError):
        Config.from_environment(asked)
    read = (PROJECT_DIR / "gunicorn.conf.py").read_text(), (PROJECT_DIR / "docker-compose.yml").read_text()
    in_gunicorn = re.findall(r"environ\.get\('?\"?(\w+)", read[0])
    in_compose = re.findall(r"\$\{(\w+)", read[1])
    return sorted({*asked.names, *in_gunicorn, *in_compose, "SANDBOX_PORT"})


def test_every_setting_is_explained_and_has_its_line_in_the_example(setting_names: list[str]) -> None:
    page = (PROJECT_DIR / "docs" / "settings.md").read_text(encoding="utf-8")
    example = (PROJECT_DIR / ".env.example").read_text(encoding="utf-8")
    assert len(setting_names) > 20
    assert [name for name in setting_names if f"`{name}`" not in page] == []
    assert [name for name in setting_names if not re.search(rf"^#? ?{name}=", example, re.M)] == []


def test_no_setting_is_explained_that_nobody_reads(setting_names: list[str]) -> None:
    page = (PROJECT_DIR / "docs" / "settings.md").read_text(encoding="utf-8")
    example = (PROJECT_DIR / ".env.example").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([A-Z][A-Z_]+)`", page, re.M) + re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.M)
    assert sorted(set(explained) - set(setting_names)) == []


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_has(what: str) -> None:
    assert found(FORBIDDEN_IN_TEMPLATES[what], files("*.html", "app/templates", "app/blueprints")) == []


def test_templates_use_only_the_htmx_that_was_agreed_on() -> None:
    wrong = [
        f"{shown(path)}: hx-{name}"
        for path in files("*.html", "app/templates", "app/blueprints")
        for name in re.findall(r"\shx-([a-z:-]+)", path.read_text(encoding="utf-8"))
        if name not in HTMX and not name.startswith("status:")
    ]
    assert wrong == []


@pytest.mark.parametrize("what", FORBIDDEN_IN_SCRIPTS)
def test_no_script_of_a_page_has(what: str) -> None:
    assert found(FORBIDDEN_IN_SCRIPTS[what], files("*.js", "app/static")) == []


def test_colours_stand_in_the_tokens_only() -> None:
    sheets = [path for path in files("*.css", "app/static/css") if path.name != "tokens.css"]
    assert found(re.compile(r":[^;{}]*#[0-9a-f]{3,8}\b", re.I), sheets) == []


@pytest.mark.parametrize("what", FORBIDDEN_ANYWHERE)
def test_nothing_in_the_repository_names(what: str) -> None:
    assert found(FORBIDDEN_ANYWHERE[what], committed()) == []


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return where the pattern stands, as `file:line: text`."""
    return [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_translated_sentence_is_one_plain_string() -> None:
    """An f-string or a glued one would never be found in a catalogue."""
    names = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for path in files("*.py", "app")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args
        if not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str))
    ]
    assert wrong == []


def test_modules_stay_short() -> None:
    paths = files("*.py", "app", "sandbox", "script", "tests")
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{shown(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in files("*.py", "app", "sandbox", "script")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno
        if node.end_lineno - (node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.lineno)
        >= FUNCTION_LINES
    }
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}


LIMIT_LIFTED = {
    "app/accounts/forget_old_states.py": "clears old visits of all workspaces",
    "app/accounts/owner_requests.py": "Instagram names an account, not a workspace",
    "app/accounts/refresh_token.py": "finds the tokens that are due; each is then refreshed in its workspace",
    "app/assets/public_links.py": "whoever holds a signed address has no workspace",
    "app/assets/start_upload.py": "all workspaces share one disk; only sums leave it",
    "app/assets/sweep_files.py": "clears old files of all workspaces",
    "app/assets/work.py": "the scheduler takes the file that has waited longest",
    "app/conversations/wake_snoozed.py": "the scheduler finds whose time has come; each wakes in its workspace",
    "app/events/process_events.py": "Instagram names an account; its events are processed in its workspace",
    "app/events/strays.py": "asks whether anybody has connected an account meanwhile",
    "app/dispatches/due_dispatches.py": "the scheduler looks for what is due; each is carried out in its workspace",
    "app/publishing/advance_post.py": "the scheduler finds out which workspace a post is in",
    "app/publishing/due_posts.py": "the scheduler looks for posts that are due",
    "app/sync/forget_history.py": "clears what is too old in all workspaces",
    "app/sync/work.py": "the scheduler goes from account to account; each is worked on in its workspace",
}
"""Who may look beyond one workspace, and why. Pages are never among them."""

PLAIN_SQL = {"app/engines.py": "begins SQLite's transactions", "app/status.py": "asks the database about itself"}


def test_only_who_has_a_reason_looks_beyond_one_workspace() -> None:
    lifts = {shown(path) for path in files("*.py", "app") if "every_workspace" in names_in(path)}
    assert lifts - {"app/db.py"} == set(LIMIT_LIFTED)
    assert not any(name.startswith(("app/blueprints/", "app/web/")) for name in LIMIT_LIFTED)


def test_user_data_is_asked_for_through_the_models() -> None:
    """The limit to one workspace refuses plain tables and text; here it is seen before they run."""
    plain = {"__table__", "exec_driver_sql", "text", "literal_column"}
    bulk = {"bulk_insert_mappings", "bulk_update_mappings", "bulk_save_objects"}
    found_in = {}
    for path in files("*.py", "app"):
        from_sqlalchemy = {name.rpartition(".")[2] for name in imported_by(path) if name.startswith("sqlalchemy.")}
        used = names_in(path) & ({"__table__", "exec_driver_sql"} | bulk | plain & from_sqlalchemy)
        if used:
            found_in[shown(path)] = used
    assert set(found_in) - {"app/db.py"} == set(PLAIN_SQL), found_in


def names_in(path: Path) -> set[str]:
    """Return every name and attribute that a file uses."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    nodes = [node for node in tree if isinstance(node, ast.Name | ast.Attribute)]
    return {node.id if isinstance(node, ast.Name) else node.attr for node in nodes}
