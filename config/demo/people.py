"""The demo's people: who goes to which campus, in which class year, with which guardian."""

import random
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from accounts.models import Campus, Guardianship, Role, User
from config.demo import PASSWORD
from config.demo.bulk import bulk_create
from config.demo.names import FAMILY, GROWN, YOUNG, pairs

CAMPUSES = ("渋谷校", "吉祥寺校")
COHORT_SIZE = 22


@dataclass
class Cohort:
    """Students of one grade and campus who share their timetable: A, B, …"""

    grade: int
    campus: Campus
    letter: str
    students: list[User] = field(default_factory=list)


class Naming:
    """Names in a fixed shuffled order; a full name comes again only when all are used up."""

    def __init__(self, given: str, seed: str) -> None:
        chance = random.Random(seed)
        self.names = [(family, name) for family in pairs(FAMILY) for name in pairs(given)]
        chance.shuffle(self.names)
        self.given = pairs(given)
        self.chance = chance
        self.used = 0

    def next(self, family: tuple[str, str] | None = None) -> dict[str, str]:
        """The name fields of one more person, of this family if given."""
        own_family, given = self.names[self.used % len(self.names)]
        self.used += 1
        family = family or own_family
        return {
            "family_name": family[0],
            "family_kana": family[1],
            "given_name": given[0],
            "given_kana": given[1],
        }


def named(family: str, family_kana: str, given: str, given_kana: str) -> dict[str, str]:
    return {
        "family_name": family,
        "family_kana": family_kana,
        "given_name": given,
        "given_kana": given_kana,
    }


def letter(number: int) -> str:
    """A … Z, then A2 … Z2, and so on."""
    turn, place = divmod(number, 26)
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place] + (str(turn + 1) if turn else "")


def open_campuses() -> list[Campus]:
    return [Campus.objects.get_or_create(name=name)[0] for name in CAMPUSES]


def enrol_students(count: int, *, grades: list[int], campuses: list[Campus]) -> list[Cohort]:
    """`count` students in cohorts of about COHORT_SIZE; the first of all is student1.

    Of the first cohort's own campus and, where there is a second grade, of that grade comes
    student1's younger brother, so that a guardian has two children to read along with.
    """
    password = make_password(PASSWORD)
    slots = min(count, max(len(grades), round(count / COHORT_SIZE)))
    places = [(grade, campus) for campus in campuses for grade in grades]
    cohorts = []
    for number in range(slots):
        turn, place = divmod(number, len(places))
        cohorts.append(Cohort(*places[place], letter(turn)))
    naming = Naming(YOUNG, "students")
    haruna = named("佐藤", "さとう", "陽菜", "ひな")
    brother = named("佐藤", "さとう", "陽太", "ようた")
    younger = next((c for c in cohorts if c.grade != cohorts[0].grade), cohorts[0])
    brother_is_due = count > 1
    students = []
    for number in range(count):
        cohort = cohorts[number % slots]
        if number == 0:
            name = haruna
        elif cohort is younger and brother_is_due:
            name, brother_is_due = brother, False
        else:
            name = naming.next()
            if name in (haruna, brother):
                name = naming.next()
        user = User(
            username="student1" if number == 0 else f"s{number + 1:04}",
            password=password,
            role=Role.STUDENT,
            grade=cohort.grade,
            campus=cohort.campus,
            **name,
        )
        cohort.students.append(user)
        students.append(user)
    bulk_create(User, students)
    return cohorts


def invite_guardians(cohorts: list[Cohort]) -> None:
    """A guardian for every student; siblings, and so children of one surname, share theirs."""
    password = make_password(PASSWORD)
    naming = Naming(GROWN, "guardians")
    chance = random.Random("siblings")
    students = sorted(
        (student for cohort in cohorts for student in cohort.students), key=lambda s: s.pk
    )
    families: dict[str, list[list[User]]] = {}
    alone: list[list[User]] = []
    for student in students:
        known = families.setdefault(student.family_name, [])
        family = known[-1] if known else None
        siblings = family is not None and len(family) == 1 and family[0].grade != student.grade
        if student.full_name == "佐藤 陽太":
            alone[0].append(student)
        elif family and siblings and family is not alone[0] and chance.random() < 0.3:
            family.append(student)
        else:
            family = [student]
            known.append(family)
            alone.append(family)
    guardians = []
    for number, family in enumerate(alone):
        surname = (family[0].family_name, family[0].family_kana)
        username = "guardian1" if number == 0 else f"g{number + 1:04}"
        name = naming.next(surname)
        if number == 0:
            name = named(*surname, "洋子", "ようこ")
        guardians.append(
            User(
                username=username,
                password=password,
                role=Role.GUARDIAN,
                email=f"{username}@example.com",
                campus=family[0].campus,
                **name,
            )
        )
    bulk_create(User, guardians)
    bulk_create(
        Guardianship,
        [
            Guardianship(guardian=guardian, child=child)
            for guardian, family in zip(guardians, alone, strict=True)
            for child in family
        ],
    )


KNOWN_TEACHERS = [
    named("田中", "たなか", "健一", "けんいち"),
    named("鈴木", "すずき", "恵", "めぐみ"),
    named("髙橋", "たかはし", "優", "ゆう"),
]


def hire_teachers(count: int, *, campuses: list[Campus]) -> list[User]:
    """`count` teachers; the first is teacher1."""
    password = make_password(PASSWORD)
    naming = Naming(GROWN, "teachers")
    teachers = [
        User(
            username=f"teacher{number + 1}",
            password=password,
            role=Role.TEACHER,
            email=f"teacher{number + 1}@example.com",
            campus=campuses[number % len(campuses)],
            **(KNOWN_TEACHERS[number] if number < len(KNOWN_TEACHERS) else naming.next()),
        )
        for number in range(count)
    ]
    bulk_create(User, teachers)
    return teachers


def appoint_operator() -> User:
    return User.objects.create_superuser(
        "operator1", PASSWORD, **named("森", "もり", "みどり", "みどり")
    )
