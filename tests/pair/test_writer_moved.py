"""The writer's address leads to a reader."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections
from django.urls import reverse

from accounts.models import Campus
from elearning.db import promises


def give_up_waiting(monkeypatch) -> None:
    """Each request tries the writer, as the first one in a second does."""
    monkeypatch.setattr(promises, "WRITER_TRY_EVERY", 0)


@pytest.mark.on_postgresql
def test_18_no_write_is_reported_as_done_that_is_not(pair, watch, cast, sign_in, monkeypatch):
    """As in a failover, when the name already leads elsewhere and the old server lives on."""
    give_up_waiting(monkeypatch)
    client = sign_in(cast.tanaka)
    pair.in_step()
    path = reverse("catalog:lesson_new", args=[cast.maths.pk])
    done = []

    def add(title: str) -> None:
        response = client.post(path, {"title": title})
        assert response.status_code in (302, 503)
        if response.status_code == 302:
            done.append(title)

    add("前")
    pair.writer_address.point_at(pair.replica.port)
    for number in range(5):
        add(f"古い接続で {number}")
    pair.writer_address.cut()
    refused = len(done)
    for number in range(10):
        add(f"読み取り専用へ {number}")
    assert len(done) == refused
    pair.writer_address.point_at(pair.writer.port)
    pair.writer_address.cut()
    add("後")

    titles = set(cast.maths.lessons.values_list("title", flat=True))
    assert done[0] == "前"
    assert done[-1] == "後"
    assert set(done) <= titles
    assert titles <= {*done, cast.lesson.title}


@pytest.mark.on_postgresql
def test_18_nor_when_many_write_while_it_happens(pair, watch, cast, sign_in, monkeypatch):
    give_up_waiting(monkeypatch)
    path = reverse("catalog:lesson_new", args=[cast.maths.pk])
    clients = [sign_in(cast.tanaka) for _ in range(4)]
    over = threading.Event()

    def write(number: int) -> tuple[set[str], set[str]]:
        done, refused = set(), set()
        while not over.is_set():
            title = f"{number}-{len(done) + len(refused)}"
            response = clients[number].post(path, {"title": title})
            assert response.status_code in (302, 503)
            (done if response.status_code == 302 else refused).add(title)
        connections.close_all()
        return done, refused

    with ThreadPoolExecutor(len(clients)) as pool:
        found = [pool.submit(write, number) for number in range(len(clients))]
        time.sleep(0.5)
        pair.writer_address.point_at(pair.replica.port)
        pair.writer_address.cut()
        time.sleep(1)
        pair.writer_address.point_at(pair.writer.port)
        time.sleep(0.5)
        over.set()
        results = [future.result() for future in found]

    done = set().union(*(done for done, _ in results))
    refused = set().union(*(refused for _, refused in results))
    titles = set(cast.maths.lessons.values_list("title", flat=True)) - {cast.lesson.title}
    assert done <= titles
    assert titles <= done | refused
    assert all(done for done, _ in results)
    assert refused


def test_18_nor_is_a_stale_read_taken_for_the_writers(pair, watch, cast, sign_in):
    """Who has just written must not be shown the replica as if it were the writer."""
    pair.stop_replication()
    Campus.objects.create(name="新校舎")
    pair.writer_address.point_at(pair.replica.port)
    connections["default"].close()

    for _ in range(2):
        with pytest.raises(OperationalError, match="takes no writes"):
            Campus.objects.count()
