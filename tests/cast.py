"""A small cast of named people, in a small juku, for every test.

渋谷校 has class A (teacher Tanaka; students Haruna and Ren) that takes the maths course, and
class B (teacher Suzuki; student Sota) that takes the English one. Haruna's guardian is Yoko,
Sota's is Kenji. Midori runs the office.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import (
    Campus,
    ClassGroup,
    ClassMeeting,
    ClassMembership,
    Guardianship,
    Role,
    User,
    Weekday,
)
from courses.catalog.models import Activity, Course, Lesson, State, Subject
from courses.enrolment.models import ClassCourse, Enrolment
from courses.materials.models import Document, Note, Video

PASSWORD = "tests-only-1"


@dataclass
class Cast:
    campus: Campus
    haruna: User
    ren: User
    sota: User
    yoko: User
    kenji: User
    tanaka: User
    suzuki: User
    midori: User
    class_a: ClassGroup
    class_b: ClassGroup
    maths: Course
    english: Course
    lesson: Lesson
    note: Activity
    video: Activity
    document: Activity


def person(username: str, family: str, given: str, kana: str, role: Role, **fields) -> User:
    family_kana, given_kana = kana.split()
    return User.objects.create_user(
        username,
        PASSWORD,
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        role=role,
        **fields,
    )


def course(title: str, subject: Subject, teacher: User, **fields) -> Course:
    made = Course.objects.create(
        **{
            "title": title,
            "subject": subject,
            "grade": 8,
            "school_year": 2026,
            "state": State.PUBLISHED,
            **fields,
        }
    )
    made.teachers.add(teacher)
    return made


def lesson(of: Course, title: str, **fields) -> Lesson:
    order = of.lessons.count() + 1
    return Lesson.objects.create(
        **{"course": of, "title": title, "order": order, "state": State.PUBLISHED, **fields}
    )


def activity(of: Lesson, kind: str, title: str, **fields) -> Activity:
    order = of.activities.count() + 1
    made = Activity.objects.create(
        **{
            "lesson": of,
            "kind": kind,
            "title": title,
            "order": order,
            "state": State.PUBLISHED,
            **fields,
        }
    )
    {"video": Video, "document": Document, "note": Note}[kind].objects.create(activity=made)
    return made


def join(class_group: ClassGroup, *students: User) -> None:
    """Into the class, and onto the courses that the class takes."""
    for student in students:
        ClassMembership.objects.create(class_group=class_group, student=student)
        for taken in class_group.class_courses.all():
            Enrolment.objects.get_or_create(student=student, course=taken.course)


def assemble() -> Cast:
    campus = Campus.objects.create(name="渋谷校")
    student = {"role": Role.STUDENT, "grade": 8, "campus": campus}
    haruna = person("haruna", "佐藤", "陽菜", "さとう ひな", **student)
    ren = person("ren", "石川", "蓮", "いしかわ れん", **student)
    sota = person("sota", "髙橋", "颯太", "たかはし そうた", **student)
    yoko = person("yoko", "佐藤", "洋子", "さとう ようこ", Role.GUARDIAN, email="yoko@example.com")
    kenji = person("kenji", "髙橋", "健司", "たかはし けんじ", Role.GUARDIAN)
    tanaka = person("tanaka", "田中", "健一", "たなか けんいち", Role.TEACHER, campus=campus)
    suzuki = person("suzuki", "鈴木", "恵", "すずき めぐみ", Role.TEACHER, campus=campus)
    midori = person(
        "midori",
        "運営",
        "みどり",
        "うんえい みどり",
        Role.OPERATOR,
        is_staff=True,
        is_superuser=True,
    )
    Guardianship.objects.create(guardian=yoko, child=haruna)
    Guardianship.objects.create(guardian=kenji, child=sota)

    maths = course("数学・中2標準", Subject.MATHS, tanaka)
    english = course("英語・中2発展", Subject.ENGLISH, suzuki)
    class_a = ClassGroup.objects.create(
        name="中2標準 数学 Aクラス", campus=campus, school_year=2026, grade=8
    )
    class_b = ClassGroup.objects.create(
        name="中2発展 英語 Bクラス", campus=campus, school_year=2026, grade=8
    )
    class_a.teachers.add(tanaka)
    class_b.teachers.add(suzuki)
    for weekday in (Weekday.TUESDAY, Weekday.FRIDAY):
        ClassMeeting.objects.create(
            class_group=class_a,
            weekday=weekday,
            starts_at=datetime.time(19, 0),
            ends_at=datetime.time(20, 30),
        )
    ClassCourse.objects.create(class_group=class_a, course=maths)
    ClassCourse.objects.create(class_group=class_b, course=english)
    join(class_a, haruna, ren)
    join(class_b, sota)

    first = lesson(maths, "連立方程式の利用")
    due = timezone.now() + datetime.timedelta(days=2)
    return Cast(
        campus=campus,
        haruna=haruna,
        ren=ren,
        sota=sota,
        yoko=yoko,
        kenji=kenji,
        tanaka=tanaka,
        suzuki=suzuki,
        midori=midori,
        class_a=class_a,
        class_b=class_b,
        maths=maths,
        english=english,
        lesson=first,
        note=activity(first, "note", "まとめノート"),
        video=activity(first, "video", "速さの問題", due_at=due),
        document=activity(first, "document", "演習プリント"),
    )
