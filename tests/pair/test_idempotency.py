"""Requests with an idempotency key, where servers really lock, deadlock and get lost."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connections
from django.http import JsonResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Campus
from courses.catalog.models import Activity
from courses.enrolment.models import Progress, StudyClock, StudyDay
from elearning.db.idempotency.decorators import idempotent
from elearning.db.idempotency.models import IdempotencyKey
from tests.cast import Cast

on_postgresql = pytest.mark.on_postgresql
SOON = 0.8
"""Seconds. Whoever waits for a lock, or for the first request, takes longer."""


class Counter:
    """A view that opens a campus and tells how many there are; it can be held up inside."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()
        self.statuses: list[int] = []
        """Of the next answers; 201 when there are no more."""
        self.view = idempotent(self._answer)

    def _answer(self, request):
        status = self.statuses.pop(0) if self.statuses else 201
        Campus.objects.create(name=f"校舎 {time.monotonic_ns()}")
        self.entered.release()
        assert self.go_on.wait(timeout=20)
        return JsonResponse({"campuses": Campus.objects.count()}, status=status)

    def post(self, person, key="key-1"):
        request = RequestFactory().post("/campuses/", headers={"Idempotency-Key": key})
        request.user = person
        return self.view(request)


@pytest.fixture
def counter() -> Iterator[Counter]:
    counter = Counter()
    yield counter
    # A test that failed leaves nobody waiting in the view.
    counter.go_on.set()


@pytest.fixture
def opened(cast: Cast):
    """`opened()`: how many campuses were opened since the test began."""
    before = Campus.objects.count()
    return lambda: Campus.objects.count() - before


class Running:
    """`work` in a thread of its own, with connections of its own."""

    def __init__(self, work) -> None:
        self._result = None
        self._thread = threading.Thread(target=self._run, args=[work])
        self._thread.start()

    def _run(self, work) -> None:
        try:
            self._result = work()
        except BaseException as error:
            self._result = error
        finally:
            connections.close_all()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def result(self):
        self._thread.join(timeout=30)
        assert self.over
        if isinstance(self._result, BaseException):
            raise self._result
        return self._result


def at_once(count: int, work) -> list:
    """What `work(0)`, `work(1)`, … return, all begun at the same moment."""
    start = threading.Barrier(count)

    def run(number: int):
        start.wait(timeout=10)
        return work(number)

    running = [Running(lambda number=number: run(number)) for number in range(count)]
    return [each.result() for each in running]


@pytest.fixture
def both_look_first(monkeypatch):
    """Two requests insert their key only when both have seen that there is none."""
    looked = threading.Barrier(2)
    save = IdempotencyKey.save

    def save_together(self, **kwargs):
        if kwargs.get("force_insert"):
            with contextlib.suppress(threading.BrokenBarrierError):
                looked.wait(timeout=3)
            looked.abort()
        save(self, **kwargs)

    monkeypatch.setattr(IdempotencyKey, "save", save_together)


def test_while_the_first_is_in_flight_the_second_hears_so_at_once(cast, counter, opened):
    counter.go_on.clear()
    first = Running(lambda: counter.post(cast.haruna))
    assert counter.entered.acquire(timeout=10)

    began = time.monotonic()
    second = counter.post(cast.haruna)

    assert time.monotonic() - began < SOON
    assert (second.status_code, second["Retry-After"]) == (409, "1")
    assert not first.over
    counter.go_on.set()
    answer = first.result()
    again = counter.post(cast.haruna)
    assert (answer.status_code, again.content) == (201, answer.content)
    assert again["Idempotency-Replayed"] == "true"
    assert opened() == 1


def test_while_one_is_in_flight_other_keys_and_other_people_go_on(cast, counter, opened):
    counter.go_on.clear()
    first = Running(lambda: counter.post(cast.haruna))
    assert counter.entered.acquire(timeout=10)

    others = [
        Running(lambda: counter.post(cast.haruna, key="key-2")),
        Running(lambda: counter.post(cast.ren)),
    ]

    # Both are in the view while the first still is.
    assert all(counter.entered.acquire(timeout=10) for _ in others)
    counter.go_on.set()
    assert {each.result().status_code for each in [first, *others]} == {201}
    assert opened() == 3


@on_postgresql
def test_identical_requests_at_once_have_one_effect_and_one_answer(cast, counter, opened):
    answers = at_once(8, lambda number: counter.post(cast.haruna))
    done = [answer for answer in answers if answer.status_code == 201]

    assert opened() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum("Idempotency-Replayed" not in answer for answer in done) == 1
    assert len({answer.content for answer in done}) == 1
    assert counter.post(cast.haruna).content == done[0].content


@on_postgresql
def test_whoever_inserts_second_waits_and_gets_the_first_ones_answer(
    cast, counter, opened, both_look_first
):
    answers = at_once(2, lambda number: counter.post(cast.haruna))

    assert opened() == 1
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert sorted("Idempotency-Replayed" in answer for answer in answers) == [False, True]


@on_postgresql
def test_whoever_inserts_second_does_the_work_when_the_first_was_refused(
    cast, counter, opened, both_look_first
):
    counter.statuses = [422]
    answers = at_once(2, lambda number: counter.post(cast.haruna))

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert not any("Idempotency-Replayed" in answer for answer in answers)
    assert opened() == 2
    assert counter.post(cast.haruna)["Idempotency-Replayed"] == "true"


# --- Heartbeats ---------------------------------------------------------------------------


@pytest.fixture
def beat(cast, sign_in):
    """`beat(key)` sends a heartbeat of 20 s for Haruna's note, each with a client of its own."""
    Activity.objects.filter(pk=cast.note.pk).update(state="published")
    cookies = sign_in(cast.haruna).cookies
    url = reverse("enrolment:beat", args=[cast.note.pk])

    def send(key: str):
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        return client.post(
            url,
            json.dumps({"seconds": 20}),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    return send


@on_postgresql
@pytest.mark.parametrize("run", range(5))
def test_the_first_heartbeats_ever_arriving_at_once_are_all_taken(cast, beat, run):
    """They deadlock over the student's clock, which none of them has found."""
    answers = at_once(8, lambda number: beat(f"beat-{number}"))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert StudyClock.objects.count() == 1
    # 25 s at most for a student's first beat, and the wall time that the test itself took.
    assert 20 <= Progress.objects.get().seconds <= 35
    assert StudyDay.objects.get().seconds == Progress.objects.get().seconds


@on_postgresql
@pytest.mark.parametrize("cut", ["cut_before", "cut_after"])
def test_a_heartbeat_whose_commit_was_lost_is_credited_once(cast, beat, pair, cut):
    """Before the COMMIT arrived nothing was done, after it all was; the client can't know."""
    beat("beat-0")  # the student's clock and progress are there
    seconds = Progress.objects.get().seconds
    StudyClock.objects.update(counted_until="2026-01-01T00:00Z")
    getattr(pair.writer_address, cut)(b"COMMIT")

    lost = beat("beat-1")
    connections.close_all()
    kept = IdempotencyKey.objects.count()
    again = beat("beat-1")

    assert lost.status_code == 503
    assert kept == {"cut_before": 1, "cut_after": 2}[cut]
    assert again.status_code == 200
    assert ("Idempotency-Replayed" in again) == (cut == "cut_after")
    assert again.json()["seconds"] == Progress.objects.get().seconds == seconds + 20
    assert StudyDay.objects.get().seconds == seconds + 20
