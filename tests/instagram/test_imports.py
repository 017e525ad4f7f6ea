import ast
from pathlib import Path

import app.instagram


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return names


def test_the_package_knows_nothing_of_the_application_around_it() -> None:
    modules = list(Path(app.instagram.__path__[0]).glob("*.py"))
    assert len(modules) > 10
    for path in modules:
        foreign = {name for name in imported_by(path) if name.startswith(("app", "flask", "sqlalchemy", "werkzeug"))}
        assert all(name.startswith("app.instagram.") for name in foreign), path.name
