"""Tries are counted exactly, however many come at once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from dangol.platform.accounts.entry.attempts import (
    LIMITS,
    RESET,
    SIGN_IN,
    TICKET,
    TooManyAttempts,
    forget_old,
    give_back,
    take,
)
from dangol.platform.accounts.models import Attempt

pytestmark = pytest.mark.django_db


def test_a_right_try_is_not_counted() -> None:
    for _n in range(3 * LIMITS[SIGN_IN].per_email):
        give_back(take(SIGN_IN, email="a@firm.test", address="203.0.113.1"))
    assert not Attempt.objects.exists()


def test_one_address_is_counted_over_many_e_mails() -> None:
    for n in range(LIMITS[SIGN_IN].per_address):
        take(SIGN_IN, email=f"{n}@firm.test", address="203.0.113.1")
    with pytest.raises(TooManyAttempts):
        take(SIGN_IN, email="new@firm.test", address="203.0.113.1")
    take(SIGN_IN, email="new@firm.test", address="203.0.113.2")
    take(RESET, email="new@firm.test", address="203.0.113.1")


def test_one_household_of_the_new_internet_is_one_address() -> None:
    for n in range(LIMITS[TICKET].per_address):
        take(TICKET, address=f"2001:db8:1:2::{n:x}")
    with pytest.raises(TooManyAttempts):
        take(TICKET, address="2001:db8:1:2:ffff::1")
    take(TICKET, address="2001:db8:1:3::1")


def test_it_says_how_long_and_opens_again() -> None:
    for _n in range(LIMITS[SIGN_IN].per_email):
        take(SIGN_IN, email="A@firm.test ")
    with pytest.raises(TooManyAttempts, match="15 minutes"):
        take(SIGN_IN, email="a@firm.test")
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=14, seconds=30))
    with pytest.raises(TooManyAttempts, match="1 minute"):
        take(SIGN_IN, email="a@firm.test")
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    take(SIGN_IN, email="a@firm.test")
    Attempt.objects.update(at=timezone.now() - timedelta(days=2))
    assert forget_old() == LIMITS[SIGN_IN].per_email + 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_as_many_guesses_as_one() -> None:
    barrier, let_in = Barrier(20), list[int]()

    def guess() -> None:
        barrier.wait()
        try:
            take(SIGN_IN, email="harin@firm.test", address="203.0.113.9")
            let_in.append(1)
        except TooManyAttempts:
            pass
        finally:
            connections.close_all()

    threads = [Thread(target=guess) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == LIMITS[SIGN_IN].per_email
