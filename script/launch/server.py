"""What `script/server` does, from a bare checkout to a running system."""

import argparse
import fcntl
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from script.launch import settings, venv
from script.launch.folders import INSTANCE, LOGS, PROJECT, VENV_PYTHON
from script.launch.stop import Stop
from script.launch.supervisor import Child, Supervisor

DATABASE = INSTANCE / "socialflow.db"
SANDBOX_STATE = INSTANCE / "sandbox.db"
MEDIA = PROJECT / "media"
MADE = (settings.Files.secrets, settings.Files.trial)
DEMO_EMAIL = "demo@socialflow.local"

PORT_TAKEN = """Порт {port} занят другой программой. Выберите другой: {name}={other} script/server
Port {port} is taken by another program. Choose another one: {name}={other} script/server"""
RUNNING_ALREADY = """script/server уже работает в этой папке. Остановите его (Ctrl-C) и запустите снова.
script/server is running in this folder already. Stop it (Ctrl-C) and start again."""
NOT_FRESH = """--fresh стирает только пробные данные, а здесь настроено настоящее приложение Instagram или своя база.
--fresh removes trial data only, and here a real Instagram app or a database of your own is set."""
READY = """
  {name}:  {url}

    Логин / Email:       {email}
    Пароль / Password:   {password}
    Песочница Instagram / Local Instagram:  {sandbox}
    Журналы / Logs:      instance/logs/
    Остановить / Stop:   Ctrl-C
"""
READY_REAL = """
  {name}:  {url}

    Первый пользователь / First user:  .venv/bin/flask --app app users --help
    Журналы / Logs:      instance/logs/
    Остановить / Stop:   Ctrl-C
"""


def main() -> int:
    """Run until asked to stop; return the exit code."""
    arguments = _parser().parse_args()
    os.umask(0o077)  # database, media and logs are nobody else's business
    try:
        with _only_one():
            _run(is_fresh=arguments.fresh)
    except Stop as stop:
        print(stop, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Start everything on this machine and keep it running. Settings: docs/settings.md.",
        epilog="PORT and SANDBOX_PORT choose other ports: PORT=8010 SANDBOX_PORT=8011 script/server",
    )
    parser.add_argument("--fresh", action="store_true", help="forget the trial data of earlier runs and start over")
    return parser


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the folder for this process. Raises Stop when another one holds it."""
    INSTANCE.mkdir(exist_ok=True)
    with (INSTANCE / "server.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(RUNNING_ALREADY) from None
        yield


def _run(*, is_fresh: bool) -> None:
    if is_fresh:
        _start_over()
    environ = settings.collect(os.environ)
    is_trial = settings.is_trying_out(settings.read_given(os.environ))
    _require_free_ports(environ, with_sandbox=is_trial)
    venv.prepare("requirements.txt")
    _compile_translations()
    _run_python(environ, "-m", "flask", "--app", "app", "migrate")
    supervisor = Supervisor(environ, PROJECT, lambda line: print(line, flush=True))
    supervisor.stop_on_signals()
    try:
        _start_all(supervisor, environ, is_trial=is_trial)
        supervisor.run()
    finally:
        supervisor.end()


def _start_over() -> None:
    """Remove the trial's database, media, secrets and the sandbox's state. Raises Stop when they are not a trial's."""
    given = settings.read_given(os.environ)
    if not settings.is_trying_out(given) or "DATABASE_URL" in given or "MEDIA_DIR" in given:
        raise Stop(NOT_FRESH)
    trial = (*INSTANCE.glob(f"{DATABASE.name}*"), *INSTANCE.glob(f"{SANDBOX_STATE.name}*"), *MADE, LOGS)
    for path in (*trial, *MEDIA.iterdir()):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".gitkeep":
            path.unlink(missing_ok=True)


def _require_free_ports(environ: Mapping[str, str], *, with_sandbox: bool) -> None:
    for name in ("PORT", "SANDBOX_PORT") if with_sandbox else ("PORT",):
        port = int(environ[name])
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Stop(PORT_TAKEN.format(port=port, name=name, other=port + 10)) from None


def _compile_translations() -> None:
    """Compile the catalogues whose compiled form is missing or older; it is not kept in git."""
    catalogues = (PROJECT / "translations").glob("*/LC_MESSAGES/messages.po")
    if any(_is_older(po.with_suffix(".mo"), po) for po in catalogues):
        _run_python(os.environ, "script/translations", "--compile")


def _is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def _run_python(environ: Mapping[str, str], *arguments: str) -> None:
    """Run a program of ours to its end. Raises Stop when it fails; it has said why."""
    done = subprocess.run([VENV_PYTHON, *arguments], cwd=PROJECT, env=dict(environ))
    if done.returncode:
        raise Stop(f"{' '.join(arguments)}: exit code {done.returncode}")


def _start_all(supervisor: Supervisor, environ: Mapping[str, str], *, is_trial: bool) -> None:
    python, port = str(VENV_PYTHON), environ["PORT"]
    sandbox_url = f"http://127.0.0.1:{environ['SANDBOX_PORT']}"
    sandbox = [python, "-m", "sandbox", "--port", environ["SANDBOX_PORT"], "--state", str(SANDBOX_STATE)]
    web = [python, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
    if is_trial:
        supervisor.start(Child("sandbox", sandbox, LOGS / "sandbox.log", f"{sandbox_url}/sandbox/clock"))
    supervisor.start(Child("web", web, LOGS / "web.log", f"http://127.0.0.1:{port}/healthz"))
    if is_trial:
        _run_python(environ, "-m", "app.demo")
    scheduler = [python, "-m", "app.scheduler"]
    supervisor.start(Child("scheduler", scheduler, LOGS / "scheduler.log", f"http://127.0.0.1:{port}/readyz"))
    if not supervisor.is_stopping:
        _say_ready(environ, sandbox_url, is_trial=is_trial)


def _say_ready(environ: Mapping[str, str], sandbox_url: str, *, is_trial: bool) -> None:
    values = {"name": environ.get("APP_NAME") or "SocialFlow", "url": environ["PUBLIC_URL"]}
    if not is_trial:
        print(READY_REAL.format(**values), flush=True)
        return
    print(READY.format(**values, email=DEMO_EMAIL, password=environ["DEMO_PASSWORD"], sandbox=sandbox_url), flush=True)
