"""The demo's classes: who sits where, when they meet, and what they take."""

import datetime
import random

from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting, ClassMembership, User
from config.demo.bulk import bulk_create
from config.demo.courses import Built
from config.demo.people import Cohort
from courses.catalog.models import Subject
from courses.catalog.years import current_school_year
from courses.enrolment.models import ClassCourse
from courses.enrolment.services import sync_class

CORE = {Subject.MATHS, Subject.ENGLISH}
CHOSEN_BY_STUDENT1 = {*CORE, Subject.SCIENCE}
HOURS = {
    "primary": (datetime.time(17, 0), datetime.time(18, 20)),
    "junior": (datetime.time(19, 0), datetime.time(20, 30)),
    "high": (datetime.time(20, 0), datetime.time(21, 40)),
}


def form_classes(
    cohorts: list[Cohort], built: list[Built], *, teachers: dict[tuple[int, Subject], User]
) -> dict[int, list[Built]]:
    """A class for every cohort and course that meet; what each student takes, by student id.

    Maths and English are for everyone; of the rest a student leaves out some.
    """
    year = current_school_year()
    takes: dict[int, list[Built]] = {}
    classes: list[ClassGroup] = []
    taught: list[tuple[ClassGroup, Cohort, Built]] = []
    for cohort, one in _pairs(cohorts, built):
        group = ClassGroup(
            name=f"{one.spec.group_name} {cohort.letter}クラス",
            campus=cohort.campus,
            school_year=year,
            grade=cohort.grade,
        )
        classes.append(group)
        taught.append((group, cohort, one))
    bulk_create(ClassGroup, classes)

    through = ClassGroup.teachers.through
    memberships, meetings, leads = [], [], []
    for group, cohort, one in taught:
        teacher = teachers[one.spec.grade, one.spec.subject]
        leads.append(through(classgroup_id=group.pk, user_id=teacher.pk))
        meetings += _meetings(group, cohort, one)
        for student in cohort.students:
            if _takes(student, one):
                memberships.append(ClassMembership(class_group=group, student=student))
                takes.setdefault(student.pk, []).append(one)
    bulk_create(through, leads)
    bulk_create(ClassMeeting, meetings)
    bulk_create(ClassMembership, memberships)
    bulk_create(
        ClassCourse, [ClassCourse(class_group=g, course=one.course) for g, _, one in taught]
    )
    for group in classes:
        sync_class(group)
    return takes


def _pairs(cohorts: list[Cohort], built: list[Built]) -> list[tuple[Cohort, Built]]:
    """Every cohort takes each subject of its grade, and every course of the grade is taken."""
    pairs = []
    for grade in dict.fromkeys(cohort.grade for cohort in cohorts):
        mine = [cohort for cohort in cohorts if cohort.grade == grade]
        for subject in dict.fromkeys(one.spec.subject for one in built):
            levels = [
                one for one in built if (one.spec.grade, one.spec.subject) == (grade, subject)
            ]
            for turn in range(max(len(mine), len(levels)) if levels else 0):
                pairs.append((mine[turn % len(mine)], levels[turn % len(levels)]))
    return pairs


def _takes(student: User, one: Built) -> bool:
    if one.spec.subject in CORE:
        return True
    if student.username == "student1":
        return one.spec.subject in CHOSEN_BY_STUDENT1
    chance = random.Random(f"{student.username}:{one.spec.subject}")
    return chance.random() < 0.9


def _meetings(group: ClassGroup, cohort: Cohort, one: Built) -> list[ClassMeeting]:
    """Twice a week; maths of the first cohorts today, so that a teacher has a class today."""
    stage = "primary" if cohort.grade < 7 else "high" if cohort.grade > 9 else "junior"
    starts_at, ends_at = HOURS[stage]
    subjects = [Subject.MATHS, Subject.ENGLISH, Subject.SCIENCE, Subject.JAPANESE, Subject.SOCIAL]
    shift = subjects.index(one.spec.subject) + (cohort.grade + ord(cohort.letter[0]) + 1) % 2
    campus_shift = 0 if cohort.campus.name == "渋谷校" else 1
    first = (timezone.localdate().weekday() + shift + campus_shift) % 7
    return [
        ClassMeeting(class_group=group, weekday=day % 7, starts_at=starts_at, ends_at=ends_at)
        for day in (first, first + 3)
    ]
