from django.utils import timezone

from accounts.models import ClassGroup, ClassMembership
from courses.catalog.models import State
from courses.reports.queries.behind import Behind, behind_counts, behind_in
from tests.cast import activity, join, lesson

from .conftest import ago


def everywhere() -> list[Behind]:
    return behind_in(ClassGroup.objects.all())


def test_one_overdue_required_activity_is_enough(cast, overdue, finish):
    assert everywhere() == []
    finish(cast.ren, overdue(cast.lesson))
    assert everywhere() == [Behind(cast.class_a.pk, cast.haruna.pk, 1)]
    assert behind_counts([cast.class_a, cast.class_b]) == {cast.class_a.pk: 1}


def test_opened_is_not_completed(cast, overdue, begin):
    begin(cast.haruna, overdue(cast.lesson))
    assert {line.student_id for line in everywhere()} == {cast.haruna.pk, cast.ren.pk}


def test_the_most_overdue_comes_first(cast, overdue, finish):
    first, _second = overdue(cast.lesson), overdue(cast.lesson)
    finish(cast.ren, first)
    assert everywhere() == [
        Behind(cast.class_a.pk, cast.haruna.pk, 2),
        Behind(cast.class_a.pk, cast.ren.pk, 1),
    ]


def test_who_is_in_two_classes_of_the_course_is_counted_in_each(cast, overdue):
    activity(lesson(cast.english, "Unit 1"), "note", "Note", due_at=ago(days=1))
    overdue(cast.lesson)
    join(cast.class_b, cast.haruna)
    mine = {(b.class_id, b.overdue) for b in everywhere() if b.student_id == cast.haruna.pk}
    assert mine == {(cast.class_a.pk, 1), (cast.class_b.pk, 1)}


def test_who_left_or_is_no_longer_active_is_not_behind(cast, overdue):
    overdue(cast.lesson)
    ClassMembership.objects.filter(student=cast.haruna).update(left_on=timezone.localdate())
    cast.ren.is_active = False
    cast.ren.save()
    assert everywhere() == []


def test_what_students_cannot_see_makes_nobody_late(cast, overdue):
    overdue(cast.lesson, state=State.DRAFT)
    overdue(cast.lesson, required=False)
    overdue(lesson(cast.maths, "下書きの回", state=State.DRAFT))
    assert everywhere() == []
    overdue(cast.lesson)
    cast.maths.state = State.DRAFT
    cast.maths.save()
    assert everywhere() == []
