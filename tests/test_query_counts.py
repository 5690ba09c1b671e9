"""Every page takes as many queries for thirty of everything as for one.

The pages with a budget of their own (home, course, activity, class matrix) are counted again,
state by state, beside their slices; here nobody is forgotten.
"""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting, Guardianship, Role
from courses.catalog.models import Activity, Course, Subject
from courses.catalog.years import current_school_year
from courses.enrolment.models import ClassCourse, Enrolment, Progress, StudyDay
from elearning.uploads.models import Upload, UploadState
from tests.cast import PASSWORD, Cast, activity, course, join, lesson, person
from tests.shelf import FILES, put
from tests.test_access_matrix import ALL, MATRIX

FILE_OF = {"video": FILES / "maths.mp4", "document": FILES / "maths.pdf"}

# (who, address name, what stands behind its ids): queries, session and user included.
PAGES: dict[tuple[str, str, str], int] = {
    ("haruna", "home", ""): 9,
    ("yoko", "home", ""): 10,
    ("tanaka", "home", ""): 9,
    ("midori", "home", ""): 10,
    ("haruna", "profile", ""): 3,
    ("yoko", "profile", ""): 3,
    ("tanaka", "profile", ""): 4,
    ("midori", "profile", ""): 3,
    ("nobody", "account_login", ""): 0,
    ("nobody", "account_inactive", ""): 0,
    ("nobody", "account_reset_password", ""): 0,
    ("nobody", "account_reset_password_done", ""): 0,
    ("nobody", "account_reset_password_from_key_done", ""): 0,
    ("haruna", "account_logout", ""): 2,
    ("haruna", "account_change_password", ""): 2,
    ("haruna", "account_reauthenticate", ""): 8,
    ("haruna", "profile_email", ""): 2,
    ("tanaka", "mfa_index", ""): 4,
    ("tanaka", "mfa_deactivate_totp", ""): 7,
    ("tanaka", "mfa_view_recovery_codes", ""): 6,
    ("tanaka", "mfa_generate_recovery_codes", ""): 6,
    ("tanaka", "mfa_download_recovery_codes", ""): 6,
    ("midori", "mfa_activate_totp", ""): 10,
    ("tanaka", "uploads:detail", ""): 4,
    ("tanaka", "catalog:courses", ""): 7,
    ("midori", "catalog:courses", ""): 7,
    ("tanaka", "catalog:course_new", ""): 3,
    ("tanaka", "catalog:teacher_search", ""): 3,
    ("tanaka", "catalog:course", ""): 9,
    ("tanaka", "catalog:course_edit", ""): 5,
    ("tanaka", "catalog:course_duplicate", ""): 3,
    ("tanaka", "catalog:lesson", ""): 3,
    ("tanaka", "catalog:lesson_section", ""): 7,
    ("tanaka", "catalog:activity", "note"): 4,
    ("tanaka", "catalog:activity", "video"): 6,
    ("tanaka", "catalog:activity", "document"): 6,
    ("tanaka", "enrolment:course_classes", ""): 12,
    ("midori", "enrolment:course_classes", ""): 12,
    ("tanaka", "materials:upload_status", "video"): 5,
    ("tanaka", "materials:upload_status", "document"): 5,
    ("tanaka", "materials:search", ""): 4,
    ("haruna", "materials:file", ""): 3,
    ("tanaka", "materials:file", ""): 3,
    ("haruna", "materials:derivative", ""): 4,
    ("tanaka", "materials:derivative", ""): 4,
    ("haruna", "learning:courses", ""): 8,
    ("haruna", "learning:course", ""): 8,
    ("tanaka", "learning:course", ""): 7,
    ("haruna", "learning:activity", "note"): 8,
    ("haruna", "learning:activity", "video"): 10,
    ("haruna", "learning:activity", "document"): 8,
    ("tanaka", "learning:activity", "note"): 7,
    ("tanaka", "learning:activity", "video"): 8,
    ("tanaka", "learning:activity", "document"): 7,
    ("yoko", "learning:child", ""): 10,
    ("tanaka", "reports:classes", ""): 9,
    ("midori", "reports:classes", ""): 10,
    ("midori", "reports:storage", ""): 13,
    ("midori", "status", ""): 2,
    ("haruna", "degraded", ""): 3,
    ("tanaka", "reports:class", ""): 9,
    ("tanaka", "reports:class_csv", ""): 8,
    ("tanaka", "reports:student", ""): 11,
}
# The first of the document's has its address asked for.
MADE_OF = {
    "video": ["poster", "video-480", "video-720"],
    "document": ["page", "text", "image-640", "image-1280"],
}
# Answers that are no page, by why they are not counted here.
NOT_COUNTED = {
    "account_reset_password_from_key": "sends on to an address that the session remembers",
    "mfa_authenticate": "sends on whoever is not in the middle of signing in",
    "mfa_reauthenticate": "sends on whoever has no second step",
    "healthz": "no page: tests/elearning/health/test_healthz.py counts",
}


def material(of: Activity, cast: Cast, upload: Upload | None) -> None:
    """The same published file behind each; nothing for a note."""
    if of.kind != "note":
        kept = getattr(of, of.kind)
        kept.upload = upload
        kept.save(update_fields=["upload"])


def grow(cast: Cast, rows: int) -> None:
    """So many of everything, all of it the business of the people who look."""
    now = timezone.now()
    today = timezone.localdate()
    uploads = {
        kind: put(getattr(cast, kind), path, cast.tanaka, duration_seconds=60.0)
        for kind, path in FILE_OF.items()
    }
    for kind, made in MADE_OF.items():
        for one in made[: rows + 1]:
            key = uploads[kind].key
            uploads[kind].derivatives.create(kind=one, state="ready", key=key)
    for kind in ("note", "video", "document"):
        Progress.objects.create(student=cast.haruna, activity=getattr(cast, kind))
    for n in range(rows):
        part = lesson(cast.maths, f"第{n}回の追加")
        for kind in ("note", "video", "document"):
            for home, due in ((part, now - datetime.timedelta(days=2)), (cast.lesson, None)):
                one = activity(home, kind, f"{kind} {n}", due_at=due)
                material(one, cast, uploads.get(kind))
                done = n % 2 == 1
                Progress.objects.create(
                    student=cast.haruna,
                    activity=one,
                    state="completed" if done else "started",
                    completed_at=now if done else None,
                )
        lesson(cast.maths, f"消した回{n}", deleted_at=now)
        activity(cast.lesson, "note", f"消した項目{n}", deleted_at=now)
        broken = activity(cast.lesson, "video", f"壊れた{n}", state="draft")
        broken.video.next_upload = Upload.objects.create(
            owner=cast.tanaka,
            category="video",
            name=f"壊れた{n}.mp4",
            size=10,
            part_size=10,
            state=UploadState.REJECTED,
            reason="program",
        )
        broken.video.save(update_fields=["next_upload"])

        teacher = person(f"t{n}", "講師", f"名{n}", "こうし な", Role.TEACHER, campus=cast.campus)
        cast.maths.teachers.add(teacher)
        cast.class_a.teachers.add(teacher)
        other = course(f"理科{n}", Subject.SCIENCE, cast.tanaka, school_year=cast.maths.school_year)
        material(activity(lesson(other, "電流"), "video", "電流"), cast, uploads["video"])
        course(f"消した講座{n}", Subject.MATHS, cast.tanaka, deleted_at=now)
        Enrolment.objects.create(student=cast.haruna, course=other)

        student = person(
            f"s{n}", "生徒", f"名{n}", "せいと な", Role.STUDENT, grade=8, campus=cast.campus
        )
        join(cast.class_a, student)
        Progress.objects.create(student=student, activity=cast.note)
        Guardianship.objects.create(guardian=cast.yoko, child=student)
        StudyDay.objects.create(student=student, day=today, seconds=600)
        StudyDay.objects.create(
            student=cast.haruna, day=today - datetime.timedelta(days=n), seconds=600
        )
        for taken, name in ((cast.maths, "受講"), (other, "未受講")):
            group = ClassGroup.objects.create(
                name=f"{name}{n}", campus=cast.campus, school_year=cast.maths.school_year, grade=8
            )
            group.teachers.add(cast.tanaka)
            ClassMeeting.objects.create(
                class_group=group,
                weekday=today.weekday(),
                starts_at=datetime.time(19),
                ends_at=datetime.time(20),
            )
            ClassCourse.objects.create(class_group=group, course=taken)
            join(group, student, cast.haruna)
        ClassCourse.objects.create(class_group=cast.class_a, course=other)


@pytest.fixture
def juku(cast):
    """The cast in the school year of today, with a second step for Tanaka's sign-in."""
    ClassGroup.objects.update(school_year=current_school_year())
    Course.objects.update(school_year=current_school_year())
    for each in (cast.maths, cast.class_a):
        each.refresh_from_db()
    ClassMeeting.objects.update(weekday=timezone.localdate().weekday())
    for kind, data in (
        (Authenticator.Type.TOTP, {"secret": "JBSWY3DPEHPK3PXP"}),
        (Authenticator.Type.RECOVERY_CODES, {"seed": "0" * 40, "used_mask": 0}),
    ):
        Authenticator.objects.create(user=cast.tanaka, type=kind, data=data)
    return cast


ARGUMENTS = {
    "course_id": "maths",
    "lesson_id": "lesson",
    "class_id": "class_a",
    "student_id": "haruna",
    "child_id": "haruna",
}
SEARCHES = {
    "catalog:teacher_search": "?teacher=こうし",
    "enrolment:course_classes": "?q=受講",
    "materials:search": "?q=video",
}
ROUTES = dict(ALL)


def address(cast: Cast, name: str, what: str) -> str:
    arguments: dict[str, object] = {}
    for key in ROUTES[name].pattern.regex.groupindex:
        if key in ("upload_id", "kind", "name"):
            upload = cast.document.document.upload
            arguments[key] = {
                "upload_id": upload.pk,
                "kind": MADE_OF["document"][0],
                "name": upload.name,
            }[key]
        else:
            arguments[key] = getattr(cast, what or ARGUMENTS[key]).pk
    return reverse(name, kwargs=arguments) + SEARCHES.get(name, "")


def client_of(cast: Cast, who: str, name: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(getattr(cast, who), backend="accounts.backends.SignInBackend")
    if name.startswith("mfa_"):
        client.post("/password/confirm/", {"password": PASSWORD, "next": "/mfa/"})
    return client


def asked(cast: Cast, who: str, name: str, what: str) -> int:
    """How many queries one look costs, after a first one."""
    client, url = client_of(cast, who, name), address(cast, name, what)
    first = client.get(url)
    assert first.status_code == 200, (who, name, what, first.status_code)
    # To the end, not closed: closing in a test would close the database's connection too.
    list(first)
    with CaptureQueriesContext(connection) as queries:
        list(client.get(url))
    return len(queries)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_asks_the_same_number_of_questions_at_any_size(juku, rows):
    grow(juku, rows)
    cache.clear()
    cast = juku
    cast.document.refresh_from_db()

    found = {page: asked(cast, *page) for page in PAGES}

    assert found == PAGES


def test_no_page_is_forgotten():
    pages = {name for name, (method, _) in MATRIX.items() if method == "GET"}
    assert pages - {name for _, name, _ in PAGES} == set(NOT_COUNTED)
