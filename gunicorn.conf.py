"""How gunicorn serves the pages; used by `script/server` and by the Docker image alike."""

import os
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# A page takes milliseconds, but each open inbox keeps a thread for its live updates: half of them may do that.
threads = int(os.environ.get("WEB_THREADS", "32"))
# Without it a worker may take every keep-alive connection while the other idles.
reuse_port = True
graceful_timeout = 15
keepalive = 65
control_socket_disable = True
accesslog = None
errorlog = "-"


def on_starting(_server: object) -> None:
    """Stop here, with what is wrong in words, when a setting is; each worker would only die of it again and again."""
    from app.startup import check_zones, load_config

    load_config()
    check_zones()


def post_worker_init(worker: Any) -> None:
    """Tell the application how many pages it may keep open here, and when the worker wants to stop."""
    from app.web.live import watcher_of

    watcher = watcher_of(worker.wsgi)
    watcher.most_streams = threads // 2
    watcher.is_stopping = lambda: not worker.alive
