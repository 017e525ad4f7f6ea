"""`python -m app.demo`: a workspace to try things out in. Does nothing where it was made before."""

import logging
import os
import sys

import structlog

from app import db
from app.clock import SystemClock
from app.config import Config
from app.demo.sandbox import Sandbox
from app.demo.workspace import make_workspace
from app.startup import check_zones, load_config


def main() -> int:
    """Introduce us to the sandbox and make the demo workspace; return the exit code."""
    config = load_config()
    password = os.environ.get("DEMO_PASSWORD", "")
    if not _is_safe(config) or not password:
        sys.stderr.write("The demo needs INSTAGRAM_…_URL to be the local sandbox, and DEMO_PASSWORD.\n")
        return 1
    # The problems that the demo is to hold are no trouble of this run.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    check_zones()
    db.connect(config.database_url)
    sandbox = Sandbox(config.instagram_graph_url)
    sandbox.introduce(config)
    make_workspace(config, sandbox, password, SystemClock())
    db.disconnect()
    return 0


def _is_safe(config: Config) -> bool:
    """Whether not one call could reach Instagram itself."""
    origins = {
        config.instagram_graph_url,
        config.instagram_token_url,
        config.instagram_login_url,
        config.instagram_upload_url,
    }
    return config.is_trying_out and len(origins) == 1


if __name__ == "__main__":
    sys.exit(main())
