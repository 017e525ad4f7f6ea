"""What `script/test` does: install, check, test."""

import subprocess
import time
from dataclasses import dataclass

from script.launch import system_packages, venv
from script.launch.folders import PROJECT, VENV_PYTHON
from script.launch.stop import Stop

WORKERS = 2
PROGRAMS = (
    "script/bench",
    "script/screenshots",
    "script/server",
    "script/test",
    "script/translations",
    "script/vendor",
)
"""Python without a suffix, which ruff checks only when it is named."""


@dataclass(frozen=True)
class Check:
    """A program that ends with 0 when all is well."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("format", ("-m", "ruff", "format", "--check", "--quiet", ".", *PROGRAMS)),
    Check("lint", ("-m", "ruff", "check", "--quiet", ".", *PROGRAMS)),
    Check("types", ("-m", "mypy")),
    Check("vendored files", ("script/vendor", "--check")),
    Check("translations", ("script/translations", "--check")),
)


def main(arguments: list[str]) -> int:
    """Run everything, or pytest with `arguments`; return the exit code, pytest's when that failed."""
    try:
        system_packages.install_missing()
        venv.prepare("requirements-dev.txt")
    except Stop as stop:
        print(stop, flush=True)
        return 1
    _run(Check("compile translations", ("script/translations", "--compile")))
    if arguments:
        return _python("-m", "pytest", *arguments)
    failed = [check.name for check in CHECKS if not _run(check)]
    code = _python("-m", "pytest", "-n", str(WORKERS), "-m", "not long")
    if failed:
        print(f"script/test: failed: {', '.join(failed)}", flush=True)
    return code or (1 if failed else 0)


def _run(check: Check) -> bool:
    """Run one check and say how it ended."""
    began = time.monotonic()
    is_well = _python(*check.command) == 0
    print(f"{'ok    ' if is_well else 'FAILED'} {check.name} ({time.monotonic() - began:.1f} s)", flush=True)
    return is_well


def _python(*arguments: str) -> int:
    return subprocess.run([str(VENV_PYTHON), *arguments], cwd=PROJECT).returncode
