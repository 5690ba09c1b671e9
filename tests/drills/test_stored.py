"""The drill's comparison finds what is lost and what is there twice."""

import hashlib

import pytest

from courses.enrolment.models import Progress, StudyDay
from elearning.db.idempotency.models import IdempotencyKey
from tests.drills.learner import Beat, Diary
from tests.drills.school import School, open_school
from tests.drills.stored import Stored, compare

BEATS = 3


@pytest.fixture
def school(db) -> School:
    """Two students, of whom each one's three heartbeats have arrived."""
    school = open_school(2)
    for student in school.students:
        Progress.objects.create(
            student_id=student.pk,
            activity_id=school.activity,
            seconds=BEATS,
            sitting="sitting-1",
            sitting_seconds=BEATS,
        )
        StudyDay.objects.create(student_id=student.pk, day="2026-11-21", seconds=BEATS)
        for number in range(1, BEATS + 1):
            key = hashlib.sha256(f"key-{number}".encode()).hexdigest()
            IdempotencyKey.objects.create(owner=student.pk, key=key, fingerprint="", status=200)
    return school


def told(school: School) -> Stored:
    """Compared with students who were told that all of it was stored."""
    diary = Diary()
    for number in range(1, BEATS + 1):
        diary.beats.append(Beat(f"key-{number}", b"", number, False, acknowledged_at=float(number)))
    return compare(school, [(student.pk, diary) for student in school.students])


def test_nothing_is_amiss(school):
    assert told(school) == Stored([], [])


def test_a_key_that_is_not_there_is_a_lost_write(school):
    IdempotencyKey.objects.first().delete()

    assert len(told(school).lost) == 1


def test_so_is_progress_that_stands_before_what_was_acknowledged(school):
    Progress.objects.filter(student=school.students[0].pk).update(sitting_seconds=1)

    assert len(told(school).lost) == BEATS - 1


def test_a_student_without_any_progress_has_lost_everything(school):
    Progress.objects.filter(student=school.students[0].pk).delete()

    assert len(told(school).lost) == BEATS


def test_what_was_never_acknowledged_cannot_be_lost(school):
    diary = Diary(beats=[Beat("key-9", b"", 9, False)])

    assert compare(school, [(school.students[0].pk, diary)]).lost == []


@pytest.mark.parametrize("model", [Progress, StudyDay])
def test_more_seconds_than_were_claimed_are_duplicates(school, model):
    model.objects.filter(student=school.students[0].pk).update(seconds=BEATS + 1)

    assert len(told(school).duplicated) == 1
    assert told(school).lost == []
