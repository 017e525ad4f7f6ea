"""From the settings to the Instagram app that we speak for."""

from app.config import Config
from app.instagram.hosts import InstagramApp


def instagram_app_from(config: Config) -> InstagramApp:
    """Return the app's identity and the hosts it speaks to."""
    return InstagramApp(
        app_id=config.instagram_app_id,
        app_secrets=config.instagram_app_secrets,
        graph_url=config.instagram_graph_url,
        token_url=config.instagram_token_url,
        login_url=config.instagram_login_url,
        upload_url=config.instagram_upload_url,
        api_version=config.instagram_api_version,
    )
