"""Where Instagram is: its origins and the application's own credentials."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class InstagramApp:
    """One registered app: the *Instagram* app id and secrets, not the Meta app's, and the four origins it talks to.

    Origins carry no trailing slash; `api_version` is written like "v25.0". Several secrets serve their rotation.
    Instagram's own: graph.instagram.com for nearly everything, api.instagram.com for the code exchange only,
    www.instagram.com for the consent page, rupload.facebook.com for resumable uploads.
    """

    app_id: str
    app_secrets: tuple[str, ...] = field(repr=False)
    graph_url: str
    token_url: str
    login_url: str
    upload_url: str
    api_version: str
