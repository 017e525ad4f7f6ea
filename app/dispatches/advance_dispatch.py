"""What is done with a dispatch whose time has come: the row decides."""

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from app.accounts.errors import AccountUnusable
from app.db import changed_rows, deadlock_safe, transaction, workspace_scope
from app.dispatches.carry_out import carry_out
from app.dispatches.claims import Fenced, find_dispatch, put_off
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.due_dispatches import DueDispatch
from app.dispatches.find_out import find_out
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.rules import SIGNS
from app.dispatches.send_dispatch import send_dispatch
from app.instagram.errors import InstagramError

log = structlog.get_logger()

STEPS = {DispatchState.WAITING: send_dispatch, DispatchState.SENDING: find_out}


def advance_dispatch(due: DueDispatch, dispatcher: Dispatcher) -> None:
    """Carry a dispatch out, or find out what became of it, if it is due. Safe to call any number of times."""
    with workspace_scope(due.workspace_id):
        dispatch = find_dispatch(due.dispatch_id)
        if dispatch is None or dispatch.next_try_at is None or dispatch.next_try_at > dispatcher.now():
            return
        try:
            _advance(dispatch, dispatcher)
        except Fenced:
            log.info("dispatch_fenced", dispatch_id=dispatch.id)
        except AccountUnusable:
            put_off(dispatch.id, dispatcher.now())
        except (OperationalError, InterfaceError, TimeoutError):
            raise  # the database is away: nothing is wrong with the dispatch
        except Exception:
            put_off(dispatch.id, dispatcher.now())
            raise


def _advance(dispatch: Dispatch, dispatcher: Dispatcher) -> None:
    if dispatch.kind in SIGNS:
        _give_sign(dispatch, dispatcher)
    elif (step := STEPS.get(dispatch.state)) is not None:
        step(dispatch, dispatcher)


def _give_sign(dispatch: Dispatch, dispatcher: Dispatcher) -> None:
    """Give a sign of reading or typing: one try, of which nothing is kept. A lost one harms nobody."""
    instagram = dispatcher.connect(dispatch.account)
    if not _take_out(dispatch.id) or not dispatcher.may_act():
        return
    try:
        carry_out(dispatch, [], instagram, dispatcher)
    except InstagramError as error:
        log.info("sign_not_given", kind=dispatch.kind, error=error.key)


@deadlock_safe
def _take_out(dispatch_id: int) -> bool:
    with transaction() as session:
        taken = delete(Dispatch).where(Dispatch.id == dispatch_id, Dispatch.state == DispatchState.WAITING)
        return changed_rows(session.execute(taken.execution_options(synchronize_session=False))) == 1
