"""Where things are."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
INSTANCE = PROJECT / "instance"
LOGS = INSTANCE / "logs"
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
