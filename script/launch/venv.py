"""Makes `.venv` and keeps its packages as the requirements say."""

import hashlib
import shutil
import subprocess
import sys

from script.launch.folders import PROJECT, VENV, VENV_PYTHON
from script.launch.stop import Stop

NO_VENV = """Этому Python не хватает модуля venv. На Debian и Ubuntu: sudo apt-get install python3-venv
This Python lacks the venv module. On Debian and Ubuntu: sudo apt-get install python3-venv"""
NO_PACKAGES = """Не удалось установить пакеты: причина в строках выше. Проверьте интернет и запустите ещё раз.
The packages could not be installed: the lines above say why. Check the network and run this again."""


def prepare(requirements: str) -> None:
    """Make `.venv` if need be and install `requirements`, unless exactly these were installed before.

    Raises Stop.
    """
    if not _works():
        _make()
    stamp = VENV / f".installed-{requirements}"
    wanted = hashlib.sha256((PROJECT / requirements).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"pip install -r {requirements} …", flush=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-r", requirements], cwd=PROJECT).returncode:
        raise Stop(NO_PACKAGES)
    stamp.write_text(wanted)


def _works() -> bool:
    """Whether there is a `.venv` whose Python starts and has pip; one that was moved or half made does not."""
    try:
        return subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def _make() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    print("python -m venv .venv …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"{made.stdout}{made.stderr}\n{NO_VENV}")
