"""Passwords: kept whole, compared whole."""

import random
import threading

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.workspaces.passwords import WAITING_MOST, Passwords, check_new_password, common_passwords

PEPPER = "pepper" * 8


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(pepper=PEPPER, rounds=4)


@pytest.mark.parametrize(
    "password",
    ["ж" * 64, "қ" * 128, "a" * 72, "with\0nul byte", "\0" * 8, "🔑🐪" * 20, " spaces at both ends ", "\ud800" * 8],
)
def test_a_password_of_any_letters_is_right_and_only_it(passwords: Passwords, password: str) -> None:
    stored = passwords.hash(password)
    assert passwords.verify(password, stored)
    assert not passwords.verify(password + "x", stored)
    assert not passwords.verify(password[:-1], stored)


def test_passwords_that_differ_only_after_byte_72_never_match(passwords: Passwords) -> None:
    dice = random.Random(1)
    for _ in range(200):
        base = "".join(dice.choices("абвгдеёжқңөұabc🔑", k=80))
        place = dice.randrange(73, 80)
        other = base[:place] + ("y" if base[place] == "x" else "x") + base[place + 1 :]
        assert not passwords.verify(other, passwords.hash(base))


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=8, max_size=300))
def test_no_text_breaks_hashing(password: str) -> None:
    made = Passwords(pepper=PEPPER, rounds=4)
    assert made.verify(password, made.hash(password))


def test_without_the_pepper_a_hash_is_worth_nothing(passwords: Passwords) -> None:
    stored = passwords.hash("верблюд пьёт кофе")
    assert not Passwords(pepper="another" * 8, rounds=4).verify("верблюд пьёт кофе", stored)
    assert not bcrypt.checkpw("верблюд пьёт кофе".encode(), stored.encode())


@pytest.mark.parametrize("stored", [None, "!", "", "верблюд", "$2b$04$short"])
def test_where_nothing_can_match_the_same_work_is_done(stored: str | None) -> None:
    made = Passwords(pepper=PEPPER, rounds=4)
    assert not made.verify("верблюд пьёт кофе", stored)
    assert made.hashes_computed == 1


def test_a_hash_with_other_rounds_is_outdated(passwords: Passwords) -> None:
    assert Passwords(pepper=PEPPER, rounds=5).is_outdated(passwords.hash("верблюд пьёт кофе"))
    assert not passwords.is_outdated(passwords.hash("верблюд пьёт кофе"))


def test_who_finds_the_line_full_is_asked_to_come_back() -> None:
    made = Passwords(pepper=PEPPER, rounds=8)
    gate, busy = threading.Barrier(WAITING_MOST * 4), []

    def hash_one() -> None:
        gate.wait()
        try:
            made.hash("верблюд пьёт кофе")
        except RuleError as error:
            busy.append(error.key)

    threads = [threading.Thread(target=hash_one) for _ in range(WAITING_MOST * 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(busy) == {"sign_in_busy"}
    assert made.hashes_computed + len(busy) == WAITING_MOST * 4


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("1234567", "password_too_short"),
        ("кофейня", "password_too_short"),
        ("x" * 1025, "password_too_long"),
        ("я" * 513, "password_too_long"),
        ("12345678", "password_common"),
        ("Password1", "password_common"),
        ("йцукенгшщз", "password_common"),
        ("ghbdtn123", "password_common"),
        ("Қазақстан1", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("owner@alma.example", "password_common"),
        ("Айгерим Садыкова", "password_common"),
    ],
)
def test_a_weak_password_is_refused(password: str, key: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_new_password(password, email="owner@alma.example", name="Айгерим Садыкова")
    assert refused.value.key == key


@pytest.mark.parametrize("password", ["верблюд пьёт кофе", "x7-Qmr2p", "ж" * 32 + "қ" * 32, "correct horse battery"])
def test_no_rule_asks_for_digits_or_capitals(password: str) -> None:
    check_new_password(password, email="owner@alma.example", name="Айгерим")


def test_the_list_of_common_passwords_is_of_use() -> None:
    assert len(common_passwords()) > 1000
    assert all(len(password) >= 8 for password in common_passwords())
