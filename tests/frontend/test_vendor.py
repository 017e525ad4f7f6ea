"""What is vendored is what the manifest says, and stays small enough for a phone."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

from app.config import PROJECT_DIR
from app.web.static_files import file_version

STATIC = PROJECT_DIR / "app" / "static"
# ux.md section 8, kilobytes after gzip.
CSS_LIMIT, SCRIPTS_LIMIT, FONT_LIMIT = 30_000, 28_000, 45_000
EVERYWHERE = ("main", "hotkeys", "menu", "theme", "toast")


def test_committed_files_are_those_of_the_manifest_and_the_bundle_is_fresh() -> None:
    check = subprocess.run(
        [sys.executable, str(PROJECT_DIR / "script" / "vendor"), "--check"], capture_output=True, text=True, check=False
    )
    assert (check.returncode, check.stderr) == (0, "")


def test_styles_scripts_and_font_fit_the_budget() -> None:
    scripts = [STATIC / "vendor" / "htmx.min.js", *(STATIC / "js" / f"{name}.js" for name in EVERYWHERE)]
    assert zipped(STATIC / "app.css") <= CSS_LIMIT
    assert sum(zipped(path) for path in scripts) <= SCRIPTS_LIMIT
    assert (STATIC / "vendor" / "inter.woff2").stat().st_size <= FONT_LIMIT


def test_the_preloaded_font_is_the_one_that_the_styles_name() -> None:
    version = file_version(STATIC / "vendor" / "inter.woff2")
    assert f'url("vendor/inter.woff2?v={version}")' in (STATIC / "app.css").read_text(encoding="utf-8")


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = re.compile(r'\bicon(?:_name)?(?:=|\()\s*"([a-z0-9-]+)"')
    for path in (PROJECT_DIR / "app" / "templates").rglob("*.html"):
        assert set(named.findall(path.read_text(encoding="utf-8"))) <= known, path


def test_every_module_of_an_element_has_its_line_in_the_import_map() -> None:
    listed = re.search(r"for name in \[(.*?)\]", base_layout(), re.DOTALL)
    assert listed is not None
    scripts = {path.stem: path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js")}
    modules = {name for name, text in scripts.items() if "customElements.define" in text or "\nexport " in text}
    assert set(re.findall(r'"([a-z-]+)"', listed[1])) == modules


def base_layout() -> str:
    return (PROJECT_DIR / "app" / "templates" / "layouts" / "base.html").read_text(encoding="utf-8")


def zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))
