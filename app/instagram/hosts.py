"""Where Instagram is: its origins and the application's own credentials."""

from dataclasses import dataclass, field

GRAPH_URL = "https://graph.instagram.com"
TOKEN_URL = "https://api.instagram.com"  # noqa: S105 - an address
LOGIN_URL = "https://www.instagram.com"
UPLOAD_URL = "https://rupload.facebook.com"


@dataclass(frozen=True)
class InstagramApp:
    """One registered app: the *Instagram* app id and secrets, not the Meta app's, and the four origins it talks to.

    Origins carry no trailing slash; `api_version` is written like "v25.0". Several secrets serve their rotation.
    """

    app_id: str
    app_secrets: tuple[str, ...] = field(repr=False)
    graph_url: str
    token_url: str
    login_url: str
    upload_url: str
    api_version: str
