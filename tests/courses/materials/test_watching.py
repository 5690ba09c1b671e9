"""What counts as watched, beat by beat."""

import datetime

import pytest
from django.utils import timezone

from courses.catalog.registry import kind_of
from courses.enrolment.models import Progress, ProgressState
from courses.enrolment.services import open_activity, record_beat
from courses.materials import services
from courses.materials.models import VideoView
from tests.cast import activity


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves: `clock(seconds)`."""
    now = {"at": timezone.now()}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])

    def move(seconds):
        now["at"] += datetime.timedelta(seconds=seconds)

    return move


@pytest.fixture
def video(cast, make_upload, hold, clock):
    """Ten minutes of video that Haruna has just opened."""
    hold(cast.video, make_upload(duration_seconds=600.0))
    open_activity(student=cast.haruna, activity=cast.video)
    return cast.video


def watch(cast, *claimed):
    services.record_watched(
        activity=cast.video, student=cast.haruna, claimed=[list(pair) for pair in claimed]
    )


def view_of(cast):
    return VideoView.objects.get(student=cast.haruna, video=cast.video.video)


def test_what_was_watched_adds_up(cast, video, clock):
    clock(20)
    watch(cast, (0, 20))
    clock(20)
    watch(cast, (20, 40))
    assert view_of(cast).ranges == [[0, 40]]
    assert view_of(cast).watched_seconds == 40


def test_watching_again_counts_once(cast, video, clock):
    for _ in range(3):
        clock(20)
        watch(cast, (0, 20))
    assert view_of(cast).watched_seconds == 20


def test_the_same_beat_twice_changes_nothing(cast, video, clock):
    clock(20)
    watch(cast, (0, 20))
    watch(cast, (0, 20))
    assert view_of(cast).ranges == [[0, 20]]


def test_double_speed_counts_in_full(cast, video, clock):
    for n in range(10):
        clock(20)
        watch(cast, (n * 40, n * 40 + 40))
    assert view_of(cast).watched_seconds == 400


def test_nobody_watches_ten_minutes_in_one(cast, video, clock):
    clock(60)
    watch(cast, (0, 600))
    assert view_of(cast).watched_seconds == pytest.approx(60 * 2 + 10, abs=1)


def test_many_beats_at_once_bring_the_slack_only_once(cast, video, clock):
    clock(20)
    for start in range(0, 600, 20):
        watch(cast, (start, start + 20))
    assert view_of(cast).watched_seconds <= 20 * 2 + 11
    clock(20)
    watch(cast, (300, 600))
    assert view_of(cast).watched_seconds <= 40 * 2 + 11


def test_a_first_beat_out_of_nothing_brings_the_slack_only(cast, make_upload, hold, clock):
    hold(cast.video, make_upload())
    watch(cast, (0, 600))
    assert view_of(cast).watched_seconds == pytest.approx(10, abs=1)


def test_ranges_kept_while_the_connection_was_gone_still_count(cast, video, clock):
    clock(20)
    watch(cast, (0, 20))
    clock(300)
    watch(cast, (20, 320))
    assert view_of(cast).watched_seconds == 320


def test_a_day_of_waiting_does_not_buy_a_long_video(cast, video, clock, make_upload, hold):
    hold(cast.video, make_upload(duration_seconds=5 * 3600.0))
    clock(24 * 3600)
    watch(cast, (0, 5 * 3600))
    assert view_of(cast).watched_seconds == pytest.approx(2 * 3600 + 10, abs=1)


@pytest.mark.parametrize(
    "claimed", [None, "all", [[0, float("nan")]], [[float("-inf"), float("inf")]], [[9, 1]], 5]
)
def test_nonsense_is_not_watched(cast, video, clock, claimed):
    clock(60)
    services.record_watched(activity=cast.video, student=cast.haruna, claimed=claimed)
    assert not VideoView.objects.exists()


def test_without_a_file_there_is_nothing_to_watch(cast, clock):
    clock(60)
    watch(cast, (0, 20))
    assert not VideoView.objects.exists()
    kind = kind_of(cast.video)
    assert kind.remaining(cast.video, cast.haruna) == "この動画はまだ準備中です。"
    assert kind.player(cast.video, cast.haruna) == {"upload": None}


def test_a_file_whose_length_is_unknown_breaks_nothing(cast, clock, make_upload, hold):
    hold(cast.video, make_upload(duration_seconds=None))
    watch(cast, (0, 20))
    player = kind_of(cast.video).player(cast.video, cast.haruna)
    assert player["watched"].percent == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "あと 9 分ほど見ると完了です。"),
        (400, "あと 3 分ほど見ると完了です。"),
        (450, "あと 90 秒ほど見ると完了です。"),
        (501, "あと 40 秒ほど見ると完了です。"),
        (540, ""),
        (600, ""),
    ],
)
def test_the_page_says_how_much_is_left(cast, video, seconds, said):
    VideoView.objects.create(
        student=cast.haruna,
        video=cast.video.video,
        ranges=[[0, seconds]],
        watched_seconds=seconds,
        last_beat_at=timezone.now(),
    )
    assert kind_of(video).remaining(video, cast.haruna) == said


def test_heartbeats_complete_the_video_at_nine_tenths(cast, video, clock):
    stored = None
    for n in range(27):
        clock(20)
        stored = record_beat(
            student=cast.haruna,
            activity=video,
            seconds=20,
            position=n * 20 + 20.0,
            payload={"ranges": [[n * 20, n * 20 + 20]]},
        )
        assert stored.completed is (n == 26)
    assert stored.remaining == ""
    progress = Progress.objects.get(student=cast.haruna, activity=video)
    assert progress.state == ProgressState.COMPLETED
    assert progress.position == 540


def test_jumping_to_the_end_does_not_complete(cast, video, clock):
    clock(20)
    stored = record_beat(
        student=cast.haruna,
        activity=video,
        seconds=20,
        position=600.0,
        payload={"ranges": [[0, 5], [590, 600]]},
    )
    assert not stored.completed
    assert stored.remaining == "あと 9 分ほど見ると完了です。"


def test_a_shorter_replacement_is_never_more_than_all(cast, video, clock, make_upload, hold):
    clock(300)
    watch(cast, (0, 600))
    hold(cast.video, make_upload(duration_seconds=100.0))
    player = kind_of(cast.video).player(cast.video, cast.haruna)
    assert player["watched"].percent == 100


@pytest.mark.parametrize(
    ("known", "percent"), [([], 0), ([[0.2, 599.9]], 100), ([[0, 597]], 99), ([[0, 300]], 50)]
)
def test_the_percentage_is_all_when_all_was_seen(cast, video, known, percent):
    VideoView.objects.create(
        student=cast.haruna, video=video.video, ranges=known, last_beat_at=timezone.now()
    )
    assert kind_of(video).player(video, cast.haruna)["watched"].percent == percent


def test_one_student_watching_is_not_another(cast, video, clock):
    clock(20)
    watch(cast, (0, 20))
    player = kind_of(cast.video).player(cast.video, cast.ren)
    assert player["watched"].percent == 0


def test_a_video_of_another_course_is_not_touched(cast, video, clock, make_upload, hold):
    other = activity(cast.lesson, "video", "別の動画")
    hold(other, make_upload())
    clock(20)
    watch(cast, (0, 20))
    assert not VideoView.objects.filter(video=other.video).exists()
