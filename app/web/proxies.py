"""Believing exactly as many proxies as stand before us, and no header more."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config


def init_app(app: Flask, config: Config) -> None:
    """Take address and scheme from the last `TRUSTED_PROXIES` entries of X-Forwarded-*; from none when it is 0."""
    hops = config.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
