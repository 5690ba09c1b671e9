"""From a published file to everything that is made of it: the queue and its repeats."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.materials import services, tasks
from courses.materials.models import Derivative, ExtractedText
from courses.materials.processing import run
from elearning.storage.errors import StoreUnavailable
from elearning.tasks.stopping import Interrupted
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.signals import settled

HEAVY = {"width": 1280, "height": 720, "size": 100_000_000}
"""A film that is worth a rendition in 480p, and none in its own size."""


@pytest.fixture(autouse=True)
def _queue_in_the_database(settings):
    settings.TASKS = {
        "default": {
            "BACKEND": "django_tasks_db.DatabaseBackend",
            "QUEUES": ["default", "media"],
        }
    }


@pytest.fixture
def film(cast, make_upload):
    """A film that was verified, and is awaited by an activity."""
    upload = make_upload(**HEAVY, state=UploadState.VERIFIED)
    cast.video.video.next_upload = upload
    cast.video.video.save(update_fields=["next_upload"])
    return upload


def queued(**which):
    """(queue, kind) of every task that may run now, in their order."""
    kinds = dict(Derivative.objects.values_list("pk", "kind"))
    tasks = DBTaskResult.objects.ready().filter(**which)
    return [(one.queue_name, kinds[one.args_kwargs["args"][0]]) for one in tasks]


def take(derivative):
    """Run the next task of this derivative, as a worker does."""
    task = next(
        one for one in DBTaskResult.objects.all() if one.args_kwargs["args"] == [derivative.pk]
    )
    task.delete()
    task.task.call(*task.args_kwargs["args"])


def test_a_file_that_comes_into_use_waits_for_all_its_steps(film):
    settled.send(sender=Upload, upload=film)
    assert film.state == UploadState.PUBLISHED
    assert set(film.derivatives.values_list("kind", "state")) == {
        ("poster", "waiting"),
        ("video-480", "waiting"),
    }
    # In one transaction with the verdict: nothing is ever committed here.
    assert sorted(queued()) == [("default", "poster"), ("media", "video-480")]


def test_the_news_may_come_twice(film):
    settled.send(sender=Upload, upload=film)
    settled.send(sender=Upload, upload=film)
    services.plan_processing(film)
    assert len(queued()) == film.derivatives.count() == 2


def test_a_rejected_file_gets_nothing(cast, film):
    Upload.objects.update(state=UploadState.REJECTED)
    film.refresh_from_db()
    settled.send(sender=Upload, upload=film)
    assert services.plan_processing(film) == 0
    assert not Derivative.objects.exists()


def test_a_file_that_nobody_awaits_any_more_gets_nothing(film, cast):
    type(cast.video.video).objects.update(next_upload=None)
    settled.send(sender=Upload, upload=film)
    assert not Derivative.objects.exists()


def test_a_copy_of_an_activity_shares_what_was_made(cast, film):
    settled.send(sender=Upload, upload=film)
    before = queued()
    target = cast.document.lesson.activities.create(kind="video", title="写し", order=9)
    services.copy_file(source=cast.video, target=target)
    assert queued() == before


@pytest.fixture
def page(make_upload):
    upload = make_upload(name="a.pdf")
    services.plan_processing(upload)
    return upload.derivatives.get(kind="page")


@pytest.mark.parametrize("end", [Interrupted, MemoryError, OSError])
def test_what_ends_a_try_is_left_to_the_queue(page, monkeypatch, end):
    """Which begins it anew: were the next try queued here too, there would be two."""

    def dies(derivative_id):
        raise end

    monkeypatch.setattr(run, "run", dies)
    with pytest.raises(end):
        take(page)

    assert not DBTaskResult.objects.filter(args_kwargs__args=[page.pk]).exists()


def test_while_another_worker_is_at_it_the_next_try_waits_on(page):
    """That worker may have died a moment ago, and the queue has given its job to us."""
    Derivative.objects.filter(pk=page.pk).update(state="working", attempts=1)
    take(page)

    again = DBTaskResult.objects.get(args_kwargs__args=[page.pk])
    assert again.run_after > timezone.now() + datetime.timedelta(minutes=9)

    Derivative.objects.update(updated_at=timezone.now() - run.LOST_AFTER)
    take(page)
    page.refresh_from_db()
    assert page.attempts == 2


def test_a_store_that_is_away_is_asked_again_later(page, monkeypatch):
    def away(derivative_id):
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(run, "run", away)
        take(page)

    again = DBTaskResult.objects.get(args_kwargs__args=[page.pk])
    assert again.run_after > timezone.now() + datetime.timedelta(minutes=9)


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_the_last_try_finds_nothing_to_do(page, state):
    Derivative.objects.filter(pk=page.pk).update(state=state)
    take(page)
    assert not DBTaskResult.objects.filter(args_kwargs__args=[page.pk]).exists()


def test_a_row_that_is_gone_is_no_trouble(page):
    task = DBTaskResult.objects.get(args_kwargs__args=[page.pk])
    page.delete()
    task.task.call(*task.args_kwargs["args"])


def test_the_next_try_of_a_film_is_in_its_own_queue(film, monkeypatch):
    settled.send(sender=Upload, upload=film)
    rendition = film.derivatives.get(kind="video-480")
    monkeypatch.setattr(run, "run", lambda derivative_id: None)
    take(rendition)
    later = DBTaskResult.objects.get(args_kwargs__args=[rendition.pk])
    assert later.queue_name == "media"


def test_the_next_try_is_never_before_a_silent_worker_is_given_up():
    assert tasks.AGAIN_AFTER >= run.LOST_AFTER


def test_a_teacher_may_ask_for_another_try_of_what_failed(page):
    DBTaskResult.objects.all().delete()
    Derivative.objects.filter(pk=page.pk).update(state="failed", attempts=3, error="damaged")
    assert services.try_again(page)
    page.refresh_from_db()
    assert (page.state, page.attempts, page.error) == ("waiting", 0, "")
    assert queued() == [("default", "page")]


@pytest.mark.parametrize("state", ["waiting", "working", "ready"])
def test_what_has_not_failed_is_not_tried_again(page, state):
    DBTaskResult.objects.all().delete()
    Derivative.objects.filter(pk=page.pk).update(state=state, attempts=1)
    assert not services.try_again(page)
    page.refresh_from_db()
    assert (page.state, page.attempts) == (state, 1)
    assert not DBTaskResult.objects.exists()


def test_words_that_were_read_twice_are_there_once(cast, make_upload, monkeypatch):
    upload = make_upload(name="a.pdf")
    text = upload.derivatives.create(kind="text")
    for words in ("一度目", "二度目"):
        monkeypatch.setattr(
            "courses.materials.processing.pdf.read_text", lambda *a, w=words, **k: w
        )
        Derivative.objects.filter(pk=text.pk).update(state="waiting")
        run.run(text.pk)
    assert [one.body for one in ExtractedText.objects.all()] == ["二度目"]


def test_files_from_before_are_caught_up_with_once(page, make_upload, capsys):
    make_upload(**HEAVY)
    make_upload(name="next.pdf", state=UploadState.VERIFIED)
    for said in ("2 steps queued, for 1 of 2 files.", "0 steps queued, for 0 of 2 files."):
        call_command("process_materials")
        assert capsys.readouterr().out.strip() == said
    assert sorted(queued()) == [
        ("default", "page"),
        ("default", "poster"),
        ("default", "text"),
        ("media", "video-480"),
    ]
