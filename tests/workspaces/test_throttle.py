"""Guessing passwords: slow for strangers, never closed to the owner."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import db
from app.errors import RuleError
from app.workspaces.models import LoginThrottle
from app.workspaces.passwords import Passwords
from app.workspaces.sign_in import Client, sign_in
from app.workspaces.throttle import (
    LONGEST_WAIT,
    count_try,
    delete_old_throttles,
    for_account,
    for_address,
    wait_after,
)
from tests.clocks import FrozenClock
from tests.conftest import Database
from tests.factories import Cast, make_cast

PASSWORD = "верблюд пьёт кофе"
EMAIL = "owner@alma.example"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(pepper="p" * 32, rounds=4)


@pytest.fixture
def people(database: Database, passwords: Passwords) -> Cast:
    cast = make_cast()
    with db.transaction() as session:
        cast.owner.password_hash = passwords.hash(PASSWORD)
        session.merge(cast.owner)
    passwords.hashes_computed = 0
    return cast


def try_to_sign_in(
    passwords: Passwords,
    clock: FrozenClock,
    password: str = "догадка",
    address: str = "10.0.0.1",
    device: str | None = None,
) -> str:
    """Return the key of the refusal, or `in`."""
    client = Client(address=address, user_agent="test", device=device)
    try:
        sign_in(EMAIL, password, client=client, passwords=passwords, now=clock.now())
    except RuleError as error:
        return error.key
    return "in"


def test_waits_double_up_to_a_minute() -> None:
    waits = [wait_after(tries, free=5).total_seconds() for tries in range(1, 13)]
    assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert wait_after(10**9, free=5) == LONGEST_WAIT


def test_ten_thousand_guesses_from_a_thousand_addresses_cost_few_hashes_and_do_not_lock_the_owner_out(
    people: Cast, passwords: Passwords, clock: FrozenClock, tell: Callable[[str], None]
) -> None:
    began = clock.now()
    for number in range(10_000):
        clock.set(began + timedelta(seconds=600) * number / 10_000)
        assert try_to_sign_in(passwords, clock, address=f"10.1.{number % 1000 // 250}.{number % 250}") != "in"
    tell(f"10000 guesses in 10 minutes: {passwords.hashes_computed} hashes")
    assert 5 < passwords.hashes_computed <= 100

    # The owner's own browser is not kept waiting at all; a new one no longer than it is told.
    assert try_to_sign_in(passwords, clock, PASSWORD, address="10.2.0.1", device="known") == "in"
    clock.advance(seconds=61)
    assert try_to_sign_in(passwords, clock, PASSWORD, address="10.2.0.2") == "in"


def test_a_try_that_comes_too_early_neither_hashes_nor_lengthens_the_wait(
    people: Cast, passwords: Passwords, clock: FrozenClock
) -> None:
    for _ in range(5):
        try_to_sign_in(passwords, clock)
    for _ in range(50):
        assert try_to_sign_in(passwords, clock, PASSWORD) == "sign_in_wait"
    assert passwords.hashes_computed == 5
    clock.advance(seconds=2)
    assert try_to_sign_in(passwords, clock, PASSWORD) == "in"


def test_guesses_for_many_accounts_from_one_address_are_slowed_too(people: Cast, clock: FrozenClock) -> None:
    address = for_address("10.0.0.9")
    with pytest.raises(RuleError) as refused:
        for number in range(100):
            count_try((for_account(f"user{number}@alma.example"), address), clock.now())
    assert refused.value.key == "sign_in_wait"
    with db.reading() as session:
        assert session.get_one(LoginThrottle, address.digest).failures == 20


def test_an_own_account_does_not_reset_the_count_of_an_address(
    people: Cast, passwords: Passwords, clock: FrozenClock
) -> None:
    for _ in range(4):
        try_to_sign_in(passwords, clock)
    assert try_to_sign_in(passwords, clock, PASSWORD) == "in"
    with db.reading() as session:
        assert session.get_one(LoginThrottle, for_address("10.0.0.1").digest).failures == 4
        assert session.get(LoginThrottle, for_account(EMAIL).digest) is None


def test_parallel_guesses_cannot_slip_through_together(people: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    gate, outcomes = threading.Barrier(12), []

    def guess() -> None:
        gate.wait()
        outcomes.append(try_to_sign_in(passwords, clock))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passwords.hashes_computed <= 5
    assert outcomes.count("sign_in_wait") >= 7


def test_one_household_of_ipv6_is_one_address() -> None:
    assert for_address("2001:db8:1:2::1").digest == for_address("2001:db8:1:2:ffff::9").digest
    assert for_address("2001:db8:1:2::1").digest != for_address("2001:db8:1:3::1").digest


def test_counts_hold_neither_addresses_nor_names(people: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    try_to_sign_in(passwords, clock, address="10.77.0.1")
    with db.reading() as session:
        rows = session.scalars(select(LoginThrottle.key_digest)).all()
    assert len(rows) == 2
    assert all(len(row) == 64 and "10.77" not in row and "owner" not in row for row in rows)


def test_counts_are_forgotten_after_an_hour(people: Cast, passwords: Passwords, clock: FrozenClock) -> None:
    for _ in range(5):
        try_to_sign_in(passwords, clock)
    assert delete_old_throttles(clock.now()) == 0
    clock.advance(hours=1, seconds=1)
    assert delete_old_throttles(clock.now(), limit=1) == 1
    assert delete_old_throttles(clock.now()) == 1
