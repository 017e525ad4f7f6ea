"""Who may change the team, and that somebody always owns a workspace."""

import threading

import pytest
from sqlalchemy import func, select

from app import db
from app.errors import NotFound, RuleError
from app.workspaces.members import NewMember, add_member, change_role, list_members, may_manage, remove_member
from app.workspaces.models import Membership, Role, User
from app.workspaces.passwords import Passwords
from tests.clocks import FrozenClock
from tests.factories import Cast, make_user


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(pepper="p" * 32, rounds=4)


def membership(cast: Cast, user: User) -> int:
    return next(member.id for member in list_members(cast.workspace.id) if member.user_id == user.id)


def test_admins_manage_everybody_but_owners() -> None:
    assert may_manage(Role.OWNER, Role.OWNER)
    assert may_manage(Role.ADMIN, Role.ADMIN)
    assert may_manage(Role.ADMIN, Role.MEMBER)
    assert not may_manage(Role.ADMIN, Role.OWNER)
    assert not any(may_manage(Role.MEMBER, role) for role in Role)


def test_the_last_owner_can_neither_go_nor_step_down(cast: Cast) -> None:
    owner = membership(cast, cast.owner)
    with pytest.raises(RuleError) as refused:
        remove_member(cast.workspace.id, owner, actor=Role.OWNER)
    assert refused.value.key == "last_owner"
    with pytest.raises(RuleError) as refused:
        change_role(cast.workspace.id, owner, Role.ADMIN, actor=Role.OWNER)
    assert refused.value.key == "last_owner"


def test_a_disabled_owner_does_not_count(cast: Cast, clock: FrozenClock) -> None:
    make_user("second@alma.example", cast.workspace, Role.OWNER, disabled_at=clock.now())
    with pytest.raises(RuleError):
        remove_member(cast.workspace.id, membership(cast, cast.owner), actor=Role.OWNER)


def test_of_two_owners_who_leave_at_once_one_stays(cast: Cast) -> None:
    second = make_user("second@alma.example", cast.workspace, Role.OWNER)
    gate, outcomes = threading.Barrier(2), []

    def leave(user: User) -> None:
        member = membership(cast, user)
        gate.wait()
        try:
            remove_member(cast.workspace.id, member, actor=Role.OWNER)
            outcomes.append("left")
        except RuleError as error:
            outcomes.append(error.key)

    threads = [threading.Thread(target=leave, args=(user,)) for user in (cast.owner, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["last_owner", "left"]


def test_a_member_of_another_workspace_is_not_found(cast: Cast) -> None:
    with db.reading() as session:
        foreign = session.scalars(select(Membership.id).where(Membership.user_id == cast.outsider.id)).one()
    with pytest.raises(NotFound):
        change_role(cast.workspace.id, foreign, Role.MEMBER, actor=Role.OWNER)
    with pytest.raises(NotFound):
        remove_member(cast.workspace.id, foreign, actor=Role.OWNER)


def test_an_admin_cannot_add_an_owner(cast: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    new = NewMember("Пётр", "petr@alma.example", "верблюд пьёт кофе", Role.OWNER)
    with pytest.raises(RuleError) as refused:
        add_member(cast.workspace.id, new, actor=Role.ADMIN, passwords=passwords, now=clock.now())
    assert refused.value.key == "role_too_low"


def test_somebody_known_joins_with_their_own_password(cast: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    new = NewMember("", "OWNER@bakery.example", "", Role.MEMBER)
    add_member(cast.workspace.id, new, actor=Role.OWNER, passwords=passwords, now=clock.now())
    with db.reading() as session:
        user = session.scalars(select(User).where(User.email == "owner@bakery.example")).one()
        memberships = session.scalar(select(func.count()).where(Membership.user_id == user.id))
    assert (user.password_hash, user.name, memberships) == (cast.outsider.password_hash, "Пётр", 2)


def test_nobody_joins_twice(cast: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    new = NewMember("", "member@alma.example", "", Role.ADMIN)
    with pytest.raises(RuleError) as refused:
        add_member(cast.workspace.id, new, actor=Role.OWNER, passwords=passwords, now=clock.now())
    assert refused.value.key == "already_member"
