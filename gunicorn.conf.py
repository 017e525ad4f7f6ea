"""How gunicorn serves the pages; used by `script/server` and by the Docker image alike."""

import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# A page takes milliseconds, but each open inbox keeps a thread for its live updates.
threads = int(os.environ.get("WEB_THREADS", "16"))
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
