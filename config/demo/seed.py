"""Put the demo together, all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from config.demo import ACCOUNTS, classes, courses, people, progress
from config.demo.files import publish_files


class Refused(Exception):
    """str() says why nothing was done."""


@dataclass(frozen=True, slots=True)
class Size:
    students: int = 140
    courses: int = 15
    lessons: int = 20


def is_seeded() -> bool:
    return User.objects.filter(username="student1").exists()


@transaction.atomic
def seed(size: Size, say: Callable[[str], None]) -> None:
    """Fill the database; raises Refused if any of the demo's names is taken already."""
    taken = User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True)
    if taken:
        raise Refused(
            f"These accounts are here already: {', '.join(sorted(taken))}. Nothing was changed. "
            "To begin anew, seed an empty database."
        )
    specs = courses.plan(size.courses)
    grades = list(dict.fromkeys(spec.grade for spec in specs))
    say(f"People: {size.students} students, their guardians and teachers …")
    campuses = people.open_campuses()
    cohorts = people.enrol_students(size.students, grades=grades, campuses=campuses)
    people.invite_guardians(cohorts)
    # One teacher has a subject in two grades.
    posts = [(spec.grade, spec.subject) for spec in specs if spec.level == 0]
    desks = {post: (grades.index(post[0]) // 2, post[1]) for post in posts}
    hired = people.hire_teachers(len(set(desks.values())), campuses=campuses)
    by_desk = dict(zip(dict.fromkeys(desks.values()), hired, strict=True))
    teachers = {post: by_desk[desk] for post, desk in desks.items()}
    people.appoint_operator()
    say(f"Courses: {size.courses} of {size.lessons} lessons …")
    files = publish_files(teachers[posts[0]])
    built = courses.build(specs, lesson_count=size.lessons, teachers=teachers, files=files)
    takes = classes.form_classes(cohorts, built, teachers=teachers)
    say("Weeks of study …")
    students = [student for cohort in cohorts for student in cohort.students]
    progress.study(students, takes)
