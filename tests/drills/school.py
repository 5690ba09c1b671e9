"""The people and the course of a drill; students are signed in already."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import Campus, Role, User
from courses.catalog.models import Subject
from courses.enrolment.models import Enrolment
from courses.materials.models import Note
from tests import cast


@dataclass(frozen=True, slots=True)
class Student:
    pk: int
    cookies: dict[str, str]
    """Of a browser in which the student has signed in."""


@dataclass(frozen=True, slots=True)
class School:
    students: list[Student]
    activity: int
    """What all of them study."""
    pages: list[str]
    """Paths that they read; the first is that of the activity."""


def open_school(students: int) -> School:
    """So many students of one course with a few notes, in an empty, migrated database."""
    campus = Campus.objects.create(name="渋谷校")
    # Nobody types a password, and hashing twenty of them takes a second.
    User.objects.bulk_create(
        User(
            username=f"student{number}",
            password=make_password(None),
            family_name="佐藤",
            given_name=f"陽菜{number}",
            role=Role.STUDENT,
            grade=8,
            campus=campus,
        )
        for number in range(1, students + 1)
    )
    people = list(User.objects.filter(role=Role.STUDENT).order_by("pk"))
    teacher = cast.person("tanaka", "田中", "健一", "たなか けんいち", Role.TEACHER, campus=campus)
    course = cast.course("数学・中2標準", Subject.MATHS, teacher)
    lesson = cast.lesson(course, "連立方程式の利用")
    notes = [cast.activity(lesson, "note", f"まとめノート {number}") for number in range(1, 6)]
    Note.objects.update(body="# 速さの問題\n\n道のりは $vt$ です。\n" * 5)
    Enrolment.objects.bulk_create(
        Enrolment(student=person, course=course, individual=True) for person in people
    )
    return School(
        students=[Student(person.pk, _signed_in(person)) for person in people],
        activity=notes[0].pk,
        pages=[
            reverse("learning:activity", args=[notes[0].pk]),
            reverse("home"),
            reverse("learning:courses"),
            reverse("learning:course", args=[course.pk]),
        ],
    )


def _signed_in(person: User) -> dict[str, str]:
    client = Client()
    client.force_login(person, backend="accounts.backends.SignInBackend")
    return {settings.SESSION_COOKIE_NAME: client.session.session_key}
