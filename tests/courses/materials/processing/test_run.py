"""One derivative, whatever happens to the worker meanwhile."""

import copy
import datetime

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from courses.materials.models import Derivative, ExtractedText
from courses.materials.processing import making, run
from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble
from elearning.storage.errors import StoreUnavailable
from elearning.tasks import stopping
from elearning.uploads.models import Upload
from tests.shelf import FILES


@pytest.fixture
def page(publish) -> Derivative:
    """The first page of a PDF, waiting to be made."""
    return publish(FILES / "maths.pdf").derivatives.create(kind="page")


@pytest.fixture
def ends(monkeypatch):
    """`ends(error)`: making a file ends with this from now on."""

    def with_error(error):
        def make_file(*args):
            raise error

        monkeypatch.setattr(run, "make_file", make_file)

    return with_error


def age(derivative, **ago):
    Derivative.objects.filter(pk=derivative.pk).update(
        updated_at=timezone.now() - datetime.timedelta(**ago)
    )


def test_what_is_made_is_stored_beside_the_upload(page):
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.progress, page.attempts, page.error) == ("ready", 100, 1, "")
    assert page.key == f"derived/{page.upload_id}/page.webp"
    assert page.content_type == "image/webp"
    assert page.size == default_storage.size(page.key)
    with default_storage.open(page.key) as file, Image.open(file) as picture:
        assert picture.size == (page.width, page.height)


def test_words_go_into_the_database_and_not_into_a_file(publish):
    text = publish(FILES / "maths.pdf").derivatives.create(kind="text")
    run.run(text.pk)
    text.refresh_from_db()
    assert (text.state, text.key) == ("ready", "")
    assert "連立方程式" in ExtractedText.objects.get(upload=text.upload).body


def test_a_rendition_knows_its_size_and_its_rate(publish, filmed):
    upload = publish(filmed(1280, 720))
    rendition = upload.derivatives.create(kind="video-480")
    run.run(rendition.pk)
    rendition.refresh_from_db()
    assert (rendition.width, rendition.height) == (854, 480)
    assert rendition.bit_rate == pytest.approx(rendition.size * 8 / 4, rel=0.05)
    assert rendition.key.endswith("/video-480.mp4")


def test_a_rendition_that_is_no_lighter_is_not_kept(publish, filmed):
    source = filmed(1280, 720)
    upload = publish(source, size=100)
    rendition = upload.derivatives.create(kind="video-480")
    run.run(rendition.pk)
    assert not upload.derivatives.exists()
    assert not default_storage.exists(f"derived/{upload.pk}/video-480.mp4")


def test_a_picture_of_each_size_is_made_once_only(publish, photo):
    upload = publish(photo(1000, 300, orientation=6))
    for kind in ("image-640", "image-1280"):
        run.run(upload.derivatives.create(kind=kind).pk)
    # Upright it is 300 pixels wide.
    assert [(one.kind, one.width) for one in upload.derivatives.all()] == [("image-640", 300)]


def test_what_is_ready_is_not_made_again(page, ends):
    run.run(page.pk)
    ends(AssertionError("it is made again"))
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts) == ("ready", 1)


def test_two_workers_do_not_both_make_it(page, monkeypatch):
    made = []

    def make_file(*args):
        # The other worker comes while this one is at it.
        if not made:
            made.append("first")
            run.run(page.pk)
        else:
            made.append("second")
        return making.make_file(*args)

    monkeypatch.setattr(run, "make_file", make_file)
    run.run(page.pk)
    assert made == ["first"]


def test_of_two_that_claim_at_once_one_gets_it(page, monkeypatch):
    """Both have read the row before either has written it."""
    read = Derivative.objects.select_related("upload").get(pk=page.pk)
    monkeypatch.setattr("django.db.models.query.QuerySet.first", lambda rows: copy.copy(read))
    assert [run._claim(page.pk) is not None for _ in range(2)] == [True, False]


def test_a_worker_that_fell_silent_loses_it_to_another(page):
    Derivative.objects.update(state="working", attempts=1, progress=43)
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts) == ("working", 1)

    age(page, minutes=11)
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts) == ("ready", 2)


def test_what_takes_every_worker_along_is_given_up(page):
    Derivative.objects.update(state="working", attempts=3)
    age(page, minutes=11)
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.error) == ("failed", Trouble.BROKEN_OFF)


def test_a_silent_worker_that_comes_back_changes_nothing(page, monkeypatch):
    def make_file(derivative, source, folder, tell):
        Derivative.objects.update(attempts=2)  # another has taken over
        return making.make_file(derivative, source, folder, tell)

    monkeypatch.setattr(run, "make_file", make_file)
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts) == ("working", 2)


def test_a_fault_that_is_not_the_files_is_tried_again_and_then_given_up(page, ends):
    ends(OSError("no room"))
    for attempt, state in ((1, "waiting"), (2, "waiting"), (3, "failed")):
        with pytest.raises(OSError, match="no room"):
            run.run(page.pk)
        page.refresh_from_db()
        assert (page.state, page.attempts) == (state, attempt)
    assert page.error == Trouble.BROKEN_OFF
    run.run(page.pk)


def test_a_file_that_cannot_yield_it_is_not_tried_in_vain(page, ends):
    ends(CannotMake(Trouble.DAMAGED))
    run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts, page.error) == ("failed", 1, Trouble.DAMAGED)


def test_what_is_not_needed_leaves_no_trace(page, ends):
    ends(NotNeeded())
    run.run(page.pk)
    assert not Derivative.objects.exists()


def test_a_worker_told_to_stop_gives_it_back_and_it_does_not_count(page, monkeypatch):
    def make_file(derivative, source, folder, tell):
        tell(50)
        raise AssertionError("it went on")

    monkeypatch.setattr(run, "make_file", make_file)
    stopping.tell()
    try:
        with pytest.raises(stopping.Interrupted):
            run.run(page.pk)
    finally:
        stopping.tell(stop=False)
    page.refresh_from_db()
    assert (page.state, page.attempts, page.progress) == ("waiting", 0, 0)


def test_a_store_that_is_away_for_a_long_time_uses_up_no_attempt(page, ends):
    ends(StoreUnavailable())
    for _ in range(run.MOST_ATTEMPTS + 1):
        with pytest.raises(StoreUnavailable):
            run.run(page.pk)
    page.refresh_from_db()
    assert (page.state, page.attempts, page.progress) == ("waiting", 0, 0)


@pytest.fixture
def clock(monkeypatch):
    """The seconds that pass between two words on the progress."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(run, "time", clock)
    return clock


@pytest.fixture
def teller(page, clock):
    return run._Teller(run._claim(page.pk))


def test_progress_is_told_now_and_then(page, teller, clock, django_assert_num_queries):
    with django_assert_num_queries(0):
        teller(10)
    clock.now += 2.1
    with django_assert_num_queries(1):
        teller(20)
        teller(21)
    page.refresh_from_db()
    assert page.progress == 20


def test_a_step_that_moves_slowly_still_gives_signs_of_life(page, teller, clock):
    age(page, minutes=9)
    clock.now += 29
    teller(0)
    page.refresh_from_db()
    assert page.updated_at < timezone.now() - datetime.timedelta(minutes=8)
    clock.now += 2
    teller(0)
    page.refresh_from_db()
    assert page.updated_at > timezone.now() - datetime.timedelta(minutes=1)


def test_whoever_lost_it_stops(page, teller, clock):
    Derivative.objects.update(attempts=2)
    clock.now += 2.1
    with pytest.raises(run.Superseded):
        teller(20)


def test_a_row_that_is_gone_ends_the_work_quietly(page, monkeypatch):
    def make_file(derivative, source, folder, tell):
        Derivative.objects.all().delete()
        tell.told_at -= 60
        tell(50)

    monkeypatch.setattr(run, "make_file", make_file)
    run.run(page.pk)
    assert not Derivative.objects.exists()


@pytest.mark.parametrize("state", ["verified", "rejected", "aborted"])
def test_nothing_is_made_of_a_file_that_is_not_in_use(page, ends, state):
    ends(AssertionError("it is made"))
    Upload.objects.update(state=state)
    run.run(page.pk)
    page.refresh_from_db()
    assert page.state == "waiting"
    assert run.unfinished(page.pk) is None


def test_a_stored_file_that_is_gone_is_tried_again(page):
    default_storage.delete(page.upload.key)
    with pytest.raises(FileNotFoundError):
        run.run(page.pk)
    page.refresh_from_db()
    assert page.state == "waiting"
