"""The doors to the application, one blueprint per area."""

from flask import Blueprint, Flask


def register_blueprints(app: Flask) -> None:
    """Add every area to `app`. A new area is one more line in the list."""
    from app.blueprints import (
        accounts,
        assets,
        auth,
        comments,
        dev,
        health,
        inbox,
        live,
        owner_requests,
        preferences,
        publishing,
        saved_replies,
        settings,
        today,
        uploads,
        webhooks,
    )

    areas: list[Blueprint] = [
        auth.bp,
        preferences.bp,
        today.bp,
        publishing.bp,
        inbox.bp,
        comments.bp,
        saved_replies.bp,
        settings.bp,
        accounts.bp,
        owner_requests.bp,
        assets.bp,
        uploads.bp,
        webhooks.bp,
        live.bp,
        health.bp,
        dev.bp,
    ]
    for blueprint in areas:
        app.register_blueprint(blueprint)
