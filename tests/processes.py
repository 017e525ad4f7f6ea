"""What every server that a test starts needs: a port, and an end when the test run ends."""

import random
import shutil
import socket

# Below Linux's ephemeral range (32768 and up), where a finished connection can hold a port for a minute.
LOWEST_PORT, HIGHEST_PORT = 20000, 32000


def free_port() -> int:
    """Return a port on 127.0.0.1 that nothing listens on. Somebody may still take it: be ready to ask again."""
    for _ in range(200):
        port = random.randint(LOWEST_PORT, HIGHEST_PORT)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port between {LOWEST_PORT} and {HIGHEST_PORT}")


def end_with_parent() -> list[str]:
    """Return what to put before a command so that, on Linux, it ends even when the test run is killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []
