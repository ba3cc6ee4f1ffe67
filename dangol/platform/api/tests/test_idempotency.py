from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dangol.core.customers.people.models import Person
from dangol.platform.api import idempotency
from dangol.platform.api.models import Bucket, KeptAnswer
from dangol.platform.api.tests.program import Program, faults
from dangol.platform.api.upkeep import forget_answers
from tests.cast import Cast

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def people() -> int:
    return Person.objects.for_system("a test counts").count()


@pytest.mark.django_db
def test_the_same_call_again_gets_the_same_answer_and_does_nothing(cast: Cast) -> None:
    call = Program(cast)
    first = call("POST", "/people", {"name": "Kim"}, KEY)
    again = call("POST", "/people", {"name": "Kim"}, KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert [again[name] for name in ("ETag", "Location", "Content-Type")] == [
        first[name] for name in ("ETag", "Location", "Content-Type")
    ]
    assert again["Idempotency-Replayed"] == "true"
    assert people() == 1


@pytest.mark.django_db
def test_the_key_of_another_call_is_refused(cast: Cast) -> None:
    call = Program(cast)
    call("POST", "/people", {"name": "Kim"}, KEY)
    for method, path, body in (("POST", "/people", {"name": "Lee"}), ("POST", "/companies", {"name": "Kim"})):
        answer = call(method, path, body, KEY)
        assert answer.status_code == 422
        assert "Idempotency-Key" in faults(answer)
    assert people() == 1


@pytest.mark.django_db
def test_a_refused_call_may_be_mended_with_the_same_key(cast: Cast) -> None:
    call = Program(cast)
    assert call("POST", "/people", {"name": "Kim", "email": "x"}, KEY).status_code == 422
    assert call("POST", "/people", {"name": "Kim"}, KEY).status_code == 201


@pytest.mark.django_db
def test_keys_belong_to_who_sent_them_and_are_forgotten_after_a_day(cast: Cast) -> None:
    one, other = Program(cast), Program(cast)
    one("POST", "/people", {"name": "Kim"}, KEY)
    assert "Idempotency-Replayed" not in other("POST", "/people", {"name": "Kim"}, KEY)
    KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(hours=25))
    assert "Idempotency-Replayed" not in one("POST", "/people", {"name": "Kim"}, KEY)
    assert people() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "ü"])
def test_a_key_that_cannot_be_read_is_refused(cast: Cast, key: str) -> None:
    answer = Program(cast)("POST", "/people", {"name": "Kim"}, {"Idempotency-Key": key})
    assert answer.status_code == 400
    assert people() == 0


@pytest.mark.django_db
def test_what_dies_before_the_answer_is_kept_leaves_nothing(cast: Cast, monkeypatch: Any) -> None:
    call = Program(cast)

    def die(*_args: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_keep", die)
        assert call("POST", "/people", {"name": "Kim"}, KEY).status_code == 500
    assert people() == 0
    assert call("POST", "/people", {"name": "Kim"}, KEY).status_code == 201
    assert people() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_calls_at_once_one_is_done_and_the_others_wait_or_hear_its_answer(cast: Cast) -> None:
    call = Program(cast)
    start, found = threading.Barrier(6), list[int]()

    def post() -> None:
        start.wait()
        found.append(call("POST", "/people", {"name": "Kim"}, KEY).status_code)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {201, 409}
    assert people() == 1


@pytest.mark.django_db
def test_old_answers_and_full_buckets_are_swept_away(cast: Cast) -> None:
    Program(cast)("POST", "/people", {"name": "Kim"}, KEY)
    forget_answers(timestamp=0)
    assert KeptAnswer.objects.count() == 1
    long_ago = timezone.now() - timedelta(hours=25)
    KeptAnswer.objects.update(kept_at=long_ago)
    Bucket.objects.update(at=long_ago)
    forget_answers(timestamp=0)
    assert (KeptAnswer.objects.count(), Bucket.objects.count()) == (0, 0)
