"""What is kept for a while only."""

from app.accounts.forget_old_states import forget_old_states
from app.events.purge_events import purge_events
from app.scheduler import at_hand
from app.scheduler.incidents import forget_old_incidents
from app.sync.forget_history import forget_history
from app.workspaces.logins import delete_dead_logins
from app.workspaces.throttle import delete_old_throttles


def run() -> None:
    """Delete what is too old to be of use."""
    now = at_hand.get().clock.now()
    forget_old_incidents(now)
    forget_old_states(now)
    delete_dead_logins(now)
    delete_old_throttles(now)
    purge_events(now)
    forget_history(now)
