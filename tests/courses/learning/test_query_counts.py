"""Pages take as many queries for thirty of everything as for one."""

import pytest
from django.urls import reverse

from accounts.models import Guardianship, Role
from courses.enrolment.models import Enrolment
from tests.cast import activity, course, join, lesson, person

HOME = 9
COURSES = 8
COURSE = 8
ACTIVITY = 9
GUARDIAN = 10
CHILD = 10


@pytest.fixture(params=[1, 30])
def rows(request, cast, ready, begin, finish):
    """So many more lessons, activities of every kind, and courses."""
    ready(cast.video, cast.document)
    for each in (cast.note, cast.video, cast.document):
        begin(cast.haruna, each)
    for n in range(request.param):
        added = lesson(cast.maths, f"追加の回{n}")
        for kind in ("note", "video", "document"):
            activity(added, kind, f"{kind} {n}", due_at=cast.video.due_at)
            activity(cast.lesson, kind, f"{kind} {n}")
        other = course(f"理科 {n}", "science", cast.suzuki)
        first = activity(lesson(other, "電流"), "video", "電流")
        ready(first)
        Enrolment.objects.create(student=cast.haruna, course=other)
        finish(cast.haruna, first)
        child = person(f"child{n}", "子", "供", "こ ども", Role.STUDENT)
        Guardianship.objects.create(guardian=cast.yoko, child=child)
        join(cast.class_a, child)
        finish(child, cast.note)


def count(client, address, expected, django_assert_num_queries):
    assert client.get(address).status_code == 200
    with django_assert_num_queries(expected):
        client.get(address)


@pytest.mark.usefixtures("rows")
class TestQueries:
    def test_home(self, cast, sign_in, django_assert_num_queries):
        count(sign_in(cast.haruna), "/", HOME, django_assert_num_queries)

    def test_courses(self, cast, sign_in, django_assert_num_queries):
        address = reverse("learning:courses")
        count(sign_in(cast.haruna), address, COURSES, django_assert_num_queries)

    @pytest.mark.parametrize("who", ["haruna", "tanaka"])
    def test_course(self, cast, sign_in, django_assert_num_queries, who):
        address = reverse("learning:course", args=[cast.maths.pk])
        expected = COURSE if who == "haruna" else COURSE - 1
        count(sign_in(getattr(cast, who)), address, expected, django_assert_num_queries)

    @pytest.mark.parametrize(("what", "player"), [("video", 3), ("document", 1), ("note", 1)])
    def test_activity(self, cast, sign_in, django_assert_num_queries, what, player):
        address = reverse("learning:activity", args=[getattr(cast, what).pk])
        expected = ACTIVITY - 2 + player
        count(sign_in(cast.haruna), address, expected, django_assert_num_queries)

    def test_guardian_home(self, cast, sign_in, django_assert_num_queries):
        count(sign_in(cast.yoko), "/", GUARDIAN, django_assert_num_queries)

    def test_child(self, cast, sign_in, django_assert_num_queries):
        address = reverse("learning:child", args=[cast.haruna.pk])
        count(sign_in(cast.yoko), address, CHILD, django_assert_num_queries)
