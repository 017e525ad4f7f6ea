"""This server's Instagram app, out of the settings."""

from app.config import Config
from app.instagram.hosts import InstagramApp

CALLBACK_PATH = "/accounts/callback"


def instagram_app(config: Config) -> InstagramApp:
    """Return the registered app and the hosts to reach Instagram at; its id and secrets may be empty."""
    return InstagramApp(
        app_id=config.instagram_app_id,
        app_secrets=config.instagram_app_secrets,
        graph_url=config.instagram_graph_url,
        token_url=config.instagram_token_url,
        login_url=config.instagram_login_url,
        upload_url=config.instagram_upload_url,
        api_version=config.instagram_api_version,
    )


def redirect_uri(config: Config) -> str:
    """Return where Instagram sends the browser back to: to be registered, letter for letter, in Meta's dashboard."""
    return f"{config.public_url}{CALLBACK_PATH}"
