"""Imports every module with tables, so that `Base.metadata` is whole."""

from app.accounts import models as accounts
from app.assets import models as assets
from app.comments import models as comments
from app.contacts import models as contacts
from app.conversations import models as conversations
from app.db import Base
from app.dispatches import models as dispatches
from app.events import models as events
from app.live import models as live
from app.media import models as media
from app.publishing import models as publishing
from app.saved_replies import models as saved_replies
from app.scheduler import models as scheduler
from app.sync import models as sync
from app.workspaces import models as workspaces

metadata = Base.metadata

__all__ = [
    "accounts",
    "assets",
    "comments",
    "contacts",
    "conversations",
    "dispatches",
    "events",
    "live",
    "media",
    "metadata",
    "publishing",
    "saved_replies",
    "scheduler",
    "sync",
    "workspaces",
]
