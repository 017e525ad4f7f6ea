"""Imports every module with tables, so that `Base.metadata` is whole."""

from app.accounts import models as accounts
from app.assets import models as assets
from app.db import Base
from app.publishing import models as publishing
from app.scheduler import models as scheduler
from app.workspaces import models as workspaces

metadata = Base.metadata

__all__ = ["accounts", "assets", "metadata", "publishing", "scheduler", "workspaces"]
