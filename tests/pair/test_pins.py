"""Whoever wrote sees what he wrote, however far the replica is behind."""

import time

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Campus
from courses.catalog.registry import kind_of
from elearning.db import pins, promises
from elearning.db.context import no_pin
from tests.pair.asked import only_reader, only_writer


def until(client: Client) -> float:
    """The client's pin in seconds since 1970; 0 if it has none."""
    cookie = client.cookies.get(pins.cookie_name())
    return int(cookie.value) / 1000 if cookie and cookie.value else 0.0


def pin(client: Client, moment: float) -> None:
    client.cookies[pins.cookie_name()] = str(int(moment * 1000))


@pytest.mark.on_postgresql
def test_01_post_redirect_get_sees_the_write_while_replication_is_stopped(
    pair, watch, cast, sign_in
):
    tanaka, midori = sign_in(cast.tanaka), sign_in(cast.midori)
    pair.in_step()
    pair.stop_replication()

    posted = tanaka.post(reverse("catalog:lesson_new", args=[cast.maths.pk]), {"title": "一次関数"})
    page = tanaka.get(posted.url)

    assert "一次関数" in page.content.decode()
    assert only_writer(page)
    hers = midori.get(posted.url)
    assert "一次関数" not in hers.content.decode()
    assert only_reader(hers)


@pytest.mark.on_postgresql
def test_02_the_pin_expires(pair, watch, cast, sign_in, probe):
    client = sign_in(cast.tanaka)
    pair.in_step()
    probe(lambda request: Campus.objects.create(name="新校舎").pk)
    before = time.time()

    client.post("/probe/")

    assert before + promises.PIN <= until(client) + 0.001 <= time.time() + promises.PIN + 0.001
    assert only_writer(client.get("/"))
    pair.in_step()
    pin(client, time.time() - 0.001)
    assert only_reader(client.get("/"))


def test_02_a_forged_pin_one_hour_ahead_is_clamped(pair, watch, cast, sign_in):
    client = sign_in(cast.tanaka)
    pair.in_step()
    pin(client, time.time() + 3600)

    assert only_writer(client.get("/"))

    assert until(client) <= time.time() + promises.LONGEST_PIN


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "-1", "９９".encode().decode("latin-1"), "9" * 400, "1e12"]
)
def test_02_a_pin_that_is_none_is_none(pair, watch, cast, sign_in, nonsense):
    client = sign_in(cast.tanaka)
    pair.in_step()
    client.cookies[pins.cookie_name()] = nonsense

    assert only_reader(client.get("/"))


@pytest.mark.on_postgresql
def test_02_it_is_set_on_a_500_after_a_write(pair, watch, probe):
    def write_and_fail(request):
        Campus.objects.create(name="新校舎")
        raise RuntimeError("after the write")

    probe(write_and_fail)
    client = Client(raise_request_exception=False)

    assert client.post("/probe/").status_code == 500

    assert until(client) > time.time()


def test_02_it_is_set_on_a_write_that_was_rolled_back_by_an_error(pair, watch, probe):
    """Whether it really was, nobody outside can tell."""

    def write_and_fail(request):
        with transaction.atomic():
            Campus.objects.create(name="新校舎")
            raise RuntimeError("inside the transaction")

    probe(write_and_fail)
    client = Client(raise_request_exception=False)

    client.post("/probe/")

    assert until(client) > time.time()


def test_02_it_is_not_set_by_no_pin(pair, watch, probe):
    @no_pin()
    def write(request):
        return Campus.objects.create(name="新校舎").pk

    probe(write)
    client = Client()

    assert client.post("/probe/").status_code == 200

    assert until(client) == 0
    assert Campus.objects.count() == 1


def test_02_a_write_beside_no_pin_is_promised_all_the_same(pair, watch, probe):
    def write(request):
        with no_pin():
            Campus.objects.create(name="黙って")
        Campus.objects.create(name="約束")

    probe(write)
    client = Client()

    client.post("/probe/")

    assert until(client) > time.time()


def test_02_who_only_reads_gets_no_pin(pair, watch, cast, sign_in):
    client = sign_in(cast.haruna)
    pair.in_step()

    client.get("/")
    client.head("/")

    assert until(client) == 0


def test_02_a_heartbeat_gets_none_but_the_one_that_completes_does(
    pair, watch, cast, sign_in, monkeypatch
):
    """Twenty students' heartbeats must not move their pages to the writer for good."""
    client = sign_in(cast.haruna)
    beat = {
        "path": reverse("enrolment:beat", args=[cast.video.pk]),
        "data": {"seconds": 5},
        "content_type": "application/json",
    }
    assert client.post(**beat).json()["completed"] is False
    assert until(client) == 0

    video = type(kind_of(cast.video))
    monkeypatch.setattr(video, "remaining", lambda *of: "")
    assert client.post(**beat).json()["completed"] is True
    assert until(client) > time.time()

    client.cookies.clear()
    client.force_login(cast.haruna, backend="accounts.backends.SignInBackend")
    assert client.post(**beat).json()["completed"] is True
    assert until(client) == 0, "it has been completed for a while"


def test_a_pin_is_longer_than_all_that_a_reader_in_use_can_be_behind():
    behind = promises.ALLOWED_LAG + promises.MONITOR_PERIOD + promises.CLOCK_SKEW
    assert behind < promises.PIN
    assert promises.NEWS_GOOD_FOR + promises.CLOCK_SKEW <= promises.PIN
    assert promises.LONGEST_PIN >= promises.PIN + promises.CLOCK_SKEW
