"""SocialFlow: schedules and publishes Instagram posts, on the second and once."""

import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.clock import Clock
    from app.config import Config

# Zones come from the tzdata package only: a machine's own files may still hold Almaty's offset of before March 2024.
zoneinfo.reset_tzpath(to=())


def create_app(config: "Config | None" = None, *, clock: "Clock | None" = None) -> "Flask":
    """Return the web application. Without `config`, reads the environment and exits when a setting is wrong.

    Flask is imported here and not above, because the scheduler imports this package too.
    """
    from flask import Flask

    from app import db, logs
    from app.blueprints import register_blueprints
    from app.cli import register_commands
    from app.clock import SystemClock
    from app.startup import check_zones, load_config
    from app.web import (
        access,
        context,
        csrf,
        errors,
        headers,
        i18n,
        live,
        proxies,
        request_cycle,
        row_ids,
        static_files,
        templating,
    )
    from app.web.flask_settings import flask_settings

    config = config or load_config()
    check_zones()
    logs.configure(config)
    db.connect(config.database_url)

    app = Flask(__name__)
    app.config.from_mapping(flask_settings(config))
    context.init_app(app, config, clock or SystemClock())
    proxies.init_app(app, config)
    row_ids.init_app(app)
    csrf.init_app(app)
    i18n.init_app(app, config)
    templating.init_app(app)
    static_files.init_app(app)
    live.init_app(app)
    request_cycle.init_app(app)
    headers.init_app(app, config)
    errors.init_app(app)
    register_blueprints(app)
    register_commands(app)
    access.check_every_route_is_declared(app)
    return app
