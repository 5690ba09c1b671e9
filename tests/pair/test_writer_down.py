"""The writer is down: pages stay readable, and nobody is signed out."""

import pytest
from django.urls import reverse

from courses.enrolment.models import Progress
from elearning.db import events
from elearning.db.status import describe
from elearning.db.writer_state import writer_state
from tests.pair.asked import asked, only_reader

NOTICE = "ただいま保存先を切り替えています。"


LEARNING = {
    "home": [],
    "learning:courses": [],
    "learning:course": ["maths"],
    "learning:activity": ["note"],
}


@pytest.fixture
def haruna(pair, watch, cast, sign_in):
    client = sign_in(cast.haruna)
    pair.in_step()
    return client


def learning_paths(cast) -> list[str]:
    return [
        reverse(name, args=[getattr(cast, of).pk for of in arguments])
        for name, arguments in LEARNING.items()
    ]


@pytest.mark.on_postgresql
@pytest.mark.parametrize("monitored", [False, True])
def test_19_learning_pages_answer_200_with_the_notice(pair, watch, cast, haruna, monitored):
    pair.writer_address.refuse()
    if monitored:
        watch.look()
        assert writer_state.down

    for path in learning_paths(cast):
        page = haruna.get(path)
        assert page.status_code == 200, path
        assert "sessionid" not in page.cookies
        # Before anybody has met the failure there is nothing to give notice of.
        assert (NOTICE in page.content.decode()) is writer_state.down
    # The last of them is opened for the first time, which would be written down.
    assert NOTICE in page.content.decode()

    pair.writer_address.accept()
    watch.look()
    page = haruna.get("/")
    assert page.status_code == 200
    assert NOTICE not in page.content.decode()


def test_19_also_for_who_is_pinned_to_the_writer(pair, haruna):
    haruna.post(reverse("profile_language"), {"language": "ja"})
    pair.in_step()
    pair.writer_address.refuse()

    page = haruna.get("/")

    assert page.status_code == 200
    assert NOTICE in page.content.decode()
    assert asked(page).reader > 0


def test_19_opening_an_activity_for_the_first_time_reads_without_a_record(pair, cast, haruna):
    pair.writer_address.refuse()

    page = haruna.get(reverse("learning:activity", args=[cast.note.pk]))
    again = haruna.get(reverse("learning:activity", args=[cast.note.pk]))

    assert {page.status_code, again.status_code} == {200}
    assert NOTICE in again.content.decode()
    pair.writer_address.accept()
    writer_state.reset()
    assert not Progress.objects.exists()


def test_19_also_where_only_the_writing_shows_that_it_was_demoted(pair, cast, haruna):
    path = reverse("learning:activity", args=[cast.note.pk])
    haruna.post(reverse("profile_language"), {"language": "ja"})  # pinned to the writer
    pair.writer.query("SET GLOBAL read_only = 1")

    page = haruna.get(path)

    assert page.status_code == 200
    assert NOTICE in page.content.decode()


@pytest.mark.on_postgresql
def test_19_no_session_is_dropped(pair, watch, cast, haruna, sign_in):
    """A session that the reader lacks is not ended: its owner is asked to wait."""
    pair.stop_replication()
    sota = sign_in(cast.sota)
    pair.writer_address.refuse()

    page = sota.get("/", headers={"Accept": "text/html"})

    assert page.status_code == 503
    assert "少しお待ちください" in page.content.decode()
    assert "sessionid" not in page.cookies
    assert haruna.get("/").status_code == 200
    pair.writer_address.accept()
    writer_state.reset()
    assert sota.get("/").status_code == 200


def test_19_pages_that_must_be_current_say_that_they_wait(pair, watch, cast, sign_in):
    midori = sign_in(cast.midori)
    pair.in_step()
    pair.writer_address.refuse()

    page = midori.get("/admin/accounts/user/", headers={"Accept": "text/html"})

    assert page.status_code == 503
    assert 'http-equiv="refresh"' in page.content.decode()


def test_19_however_old_the_reader_is(pair, watch, haruna):
    """Nothing better is to be had."""
    pair.stop_replication()
    watch.look()
    pair.writer_address.refuse()
    watch.look()

    assert only_reader(haruna.get("/"))


def test_19_operators_are_not_told_that_the_reader_is_out_of_use_then(pair, watch):
    pair.writer_address.refuse()
    watch.look()

    assert events.latest()[0].name == "writer_down"
    assert describe()["reads"] == {"from": "reader", "reason": "writer_down"}
    assert describe()["reader"]["state"] == "in_use"


def test_19_with_both_down_pages_say_so(pair, watch, haruna):
    pair.writer_address.refuse()
    pair.reader_address.refuse()
    watch.look()

    assert haruna.get("/", headers={"Accept": "text/html"}).status_code == 503


@pytest.mark.on_postgresql
def test_19_the_monitor_sees_it_come_back(pair, watch, haruna):
    pair.writer_address.refuse()
    watch.look()
    assert writer_state.down
    pair.writer_address.accept()

    watch.look()

    assert not writer_state.down
    assert writer_state.failovers == 1
    assert only_reader(haruna.get("/"))


def test_19_the_monitor_notices_that_the_writer_was_demoted(pair, watch, own_client):
    generation = writer_state.generation
    pair.writer.query("SET GLOBAL read_only = 1")

    watch.look()

    assert writer_state.down
    assert writer_state.generation > generation


def test_19_a_connection_of_the_monitor_that_broke_is_a_hint_to_all(pair, watch):
    generation = writer_state.generation
    pair.writer_address.cut()

    watch.look()

    assert not writer_state.down
    assert writer_state.generation == generation + 1


def test_19_the_monitor_overrules_a_request_that_could_not_connect(pair, watch):
    """Too many connections, perhaps: its own still works."""
    writer_state.went_down(writer_state.generation, "1040")
    assert writer_state.down

    watch.look()

    assert not writer_state.down
