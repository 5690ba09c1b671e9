"""What a heartbeat is credited with."""

import datetime

import pytest

from courses.enrolment.models import Progress, StudyClock, StudyDay
from courses.enrolment.services import open_activity, record_beat


@pytest.fixture
def beat(cast, talk, clock):
    """`beat(seconds, …)` records one of Haruna's heartbeats in the talk."""

    def send(seconds=0, *, position=None, student=cast.haruna, activity=talk, **payload):
        return record_beat(
            student=student,
            activity=activity,
            seconds=seconds,
            position=position,
            payload={"seconds": seconds, **payload},
        )

    return send


@pytest.fixture
def studied(cast):
    def sums(student=cast.haruna) -> tuple[int, int]:
        """Seconds by activities, and by days: they must agree."""
        return (
            sum(Progress.objects.filter(student=student).values_list("seconds", flat=True)),
            sum(StudyDay.objects.filter(student=student).values_list("seconds", flat=True)),
        )

    return sums


def test_the_first_beat_brings_what_a_page_can_have_had(beat, studied):
    assert beat(20).seconds == 20
    assert studied() == (20, 20)


def test_the_very_first_beat_can_claim_no_more_than_a_beat_and_slack(beat, studied):
    assert beat(3600).seconds == 25
    assert studied() == (25, 25)


def test_beats_add_up(beat, clock, studied):
    for _ in range(6):
        beat(20)
        clock.forward(20)

    assert studied() == (120, 120)


def test_no_more_than_the_wall_time_since_the_last_beat(beat, clock, studied):
    beat(20)
    clock.forward(7)
    beat(20)

    assert studied() == (27, 27)


def test_no_more_than_ninety_seconds_at_once(beat, clock, studied):
    beat(20)
    clock.forward(3600)
    beat(3600)

    assert studied() == (110, 110)


def test_a_page_that_lost_its_line_reports_all_of_it_later(beat, clock, studied):
    beat(20, sitting="sitting-a", total=20)
    clock.forward(600)
    # It counted on and asked again all the time; the ten minutes arrive as one claim.
    beat(590, sitting="sitting-a", total=610)

    assert studied() == (610, 610)


def test_and_an_hour_of_it_at_most(beat, clock, studied):
    beat(20, sitting="sitting-a", total=20)
    clock.forward(3 * 3600)
    beat(3 * 3600, sitting="sitting-a", total=3 * 3600 + 20)

    assert studied() == (3620, 3620)


def test_less_than_the_wall_time_where_the_student_was_idle(beat, clock, studied):
    beat(20)
    clock.forward(60)
    beat(12)

    assert studied() == (32, 32)


def test_idle_time_is_not_saved_up_for_later(beat, clock, studied):
    beat(20)
    clock.forward(60)
    beat(10)
    beat(50)

    assert studied() == (30, 30)


def test_a_fraction_short_of_a_second_costs_no_second(beat, clock, studied):
    beat(20)
    for _ in range(10):
        clock.forward(19.96)
        beat(20)

    # 199.6 s have passed: rounding may give no more than half a second away.
    assert studied() == (220, 220)


def test_rounding_gives_nothing_away_to_many_small_beats(beat, clock, studied):
    beat(20)
    for _ in range(100):
        clock.forward(0.6)
        beat(90)

    assert studied() == (80, 80)


def test_the_same_beat_again_is_credited_once(beat, studied):
    beat(20, sitting="sitting-a", total=20)
    beat(20, sitting="sitting-a", total=20)

    assert studied() == (20, 20)


def test_a_beat_whose_answer_was_lost_counts_once_even_much_later(beat, clock, studied):
    beat(20, sitting="sitting-a", total=20)
    clock.forward(80)
    assert beat(20, sitting="sitting-a", total=20).seconds == 20
    clock.forward(20)
    # The page never heard of it, and sends it together with what is new.
    assert beat(35, sitting="sitting-a", total=35).seconds == 35
    assert studied() == (35, 35)


def test_a_late_beat_takes_nothing_back(beat, clock, studied):
    beat(20, position=20, sitting="sitting-a", total=20)
    clock.forward(20)
    beat(20, position=40, sitting="sitting-a", total=40)
    clock.forward(60)
    beat(20, position=20, sitting="sitting-a", total=20)
    clock.forward(20)
    beat(20, position=60, sitting="sitting-a", total=60)

    assert studied() == (60, 60)
    assert Progress.objects.get().position == 60


def test_a_new_page_load_counts_from_its_own_beginning(beat, clock, studied):
    beat(20, sitting="sitting-a", total=20)
    clock.forward(20)
    beat(20, sitting="sitting-b", total=20)

    assert studied() == (40, 40)


@pytest.mark.parametrize(
    ("sitting", "total"),
    [
        (None, 20),
        (7, 20),
        ("", 20),
        ("short", 20),
        ("x" * 37, 20),
        ("あいうえおかきく", 20),
        ("\ud800sitting", 20),
        ("sitting-a", None),
        ("sitting-a", "20"),
        ("sitting-a", -1),
        ("sitting-a", 20.5),
        ("sitting-a", True),
        ("sitting-a", 10**30),
    ],
)
def test_a_nonsensical_sitting_is_as_none(beat, studied, sitting, total):
    beat(20, sitting=sitting, total=total)

    assert studied() == (20, 20)
    assert Progress.objects.get().sitting == ""


def test_two_tabs_side_by_side_live_one_life(beat, clock, studied, cast, reading):
    beat(20)
    for _ in range(3):
        clock.forward(20)
        beat(20)
        beat(20, activity=reading)

    assert studied() == (80, 80)


def test_each_student_has_his_own_clock(beat, clock, studied, cast):
    beat(20)
    beat(20, student=cast.ren)

    assert studied(cast.ren) == (20, 20)


def test_minutes_before_midnight_belong_to_the_day_before(beat, clock, cast):
    clock.set_tokyo(2026, 11, 20, 23, 59, 40)
    beat(20)
    clock.set_tokyo(2026, 11, 21, 0, 0, 15)
    beat(30)

    days = StudyDay.objects.filter(student=cast.haruna).order_by("day")
    assert list(days.values_list("day", "seconds")) == [
        (datetime.date(2026, 11, 20), 20 + 15),
        (datetime.date(2026, 11, 21), 15),
    ]


def test_the_day_is_japans(beat, clock, cast):
    # 08:30 in Tokyo is still the day before in UTC.
    clock.set_tokyo(2026, 11, 21, 8, 30)
    beat(20)

    assert StudyDay.objects.get(student=cast.haruna).day == datetime.date(2026, 11, 21)


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -float("inf"), -5, True, 10**400])
def test_a_nonsensical_claim_brings_nothing_or_at_most_a_beat(beat, studied, nonsense):
    seconds = beat(nonsense).seconds

    assert seconds == (25 if nonsense == 10**400 else 0)
    assert studied() == (seconds, seconds)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [(12.5, 12.5), (-3, 0), (10**9, 86400), (float("nan"), 5), (float("inf"), 5), (None, 5)],
)
def test_the_position_is_kept_within_reason(beat, cast, talk, sent, stored):
    Progress.objects.create(student=cast.haruna, activity=talk, position=5)

    beat(1, position=sent)

    assert Progress.objects.get().position == stored


def test_a_clock_that_ran_ahead_does_not_stop_study_time(beat, clock, cast, studied):
    StudyClock.objects.create(
        student=cast.haruna, counted_until=clock.now + datetime.timedelta(days=1)
    )
    beat(20)
    clock.forward(20)
    beat(20)
    clock.forward(20)
    beat(20)

    assert studied() == (39, 39)


def test_when_it_was_last_studied(beat, clock, talk, cast):
    open_activity(student=cast.haruna, activity=talk)
    clock.forward(300)
    beat(20)

    assert Progress.objects.get().last_at == clock.now


def test_the_kind_gets_the_whole_beat(beat, kinds):
    beat(20, ranges=[[0, 20]])

    assert kinds["talk"].recorded == [{"seconds": 20, "ranges": [[0, 20]]}]


def test_what_remains_is_said_in_the_kinds_words(beat):
    stored = beat(20)

    assert (stored.completed, stored.remaining) == (False, "あと 3 分です。")


def test_nothing_remaining_completes_and_stays_so(beat, clock, kinds, talk, cast):
    kinds["talk"].remaining_words = ""
    first = clock.now
    assert beat(20).completed

    kinds["talk"].remaining_words = "あと 1 分です。"
    clock.forward(20)
    assert beat(20).completed

    progress = Progress.objects.get()
    assert (progress.state, progress.completed_at, progress.seconds) == ("completed", first, 40)


def test_studying_alone_completes_nothing_that_is_completed_by_hand(beat, reading):
    stored = beat(20, activity=reading)

    assert (stored.completed, stored.remaining) == (False, "")
    assert Progress.objects.get().state == "started"


def test_a_beat_refused_by_the_kind_leaves_nothing_behind(beat, kinds, studied, monkeypatch):
    def fail(*args):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(kinds["talk"], "record", fail)
        with pytest.raises(RuntimeError):
            beat(20)

    assert studied() == (0, 0)
    beat(20)
    assert studied() == (20, 20)
