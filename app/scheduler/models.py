"""What the scheduler keeps about itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Lease(Base):
    """Which process may act. `fence` goes up whenever the holder changes."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    fence: Mapped[int]
    beat: Mapped[int] = mapped_column(default=0)
    """Goes up with every renewal. Whoever sees it stand still for long enough may take over: no clocks compared."""
    heartbeat_at: Mapped[datetime]


class Incident(Base):
    """Something that went wrong in the scheduler itself: a missed alarm, a job that raised."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(40))
    job: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
