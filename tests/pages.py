"""Every page that a person can open, as (who, address name, its arguments from the cast)."""

from django.urls import reverse

from tests.cast import Cast

Page = tuple[str, str, dict[str, str]]

PAGES: list[Page] = [
    ("haruna", "home", {}),
    ("haruna", "learning:courses", {}),
    ("haruna", "learning:course", {"course_id": "maths"}),
    ("haruna", "learning:activity", {"activity_id": "note"}),
    ("haruna", "learning:activity", {"activity_id": "video"}),
    ("haruna", "learning:activity", {"activity_id": "document"}),
    ("haruna", "profile", {}),
    ("haruna", "account_change_password", {}),
    ("haruna", "account_logout", {}),
    ("yoko", "home", {}),
    ("yoko", "learning:child", {"child_id": "haruna"}),
    ("tanaka", "home", {}),
    ("tanaka", "catalog:courses", {}),
    ("tanaka", "catalog:course_new", {}),
    ("tanaka", "catalog:course", {"course_id": "maths"}),
    ("tanaka", "catalog:course_edit", {"course_id": "maths"}),
    ("tanaka", "catalog:course_duplicate", {"course_id": "maths"}),
    ("tanaka", "catalog:lesson", {"lesson_id": "lesson"}),
    ("tanaka", "catalog:activity", {"activity_id": "note"}),
    ("tanaka", "catalog:activity", {"activity_id": "video"}),
    ("tanaka", "catalog:activity", {"activity_id": "document"}),
    ("tanaka", "enrolment:course_classes", {"course_id": "maths"}),
    ("tanaka", "learning:course", {"course_id": "maths"}),
    ("tanaka", "learning:activity", {"activity_id": "note"}),
    ("tanaka", "reports:classes", {}),
    ("tanaka", "reports:class", {"class_id": "class_a"}),
    ("tanaka", "reports:student", {"class_id": "class_a", "student_id": "haruna"}),
    ("midori", "home", {}),
]

PUBLIC_PAGES = ["account_login", "account_reset_password"]


def name_of(page: Page) -> str:
    who, name, arguments = page
    return " ".join([who, name, *arguments.values()])


def path_of(page: Page, cast: Cast) -> str:
    _, name, arguments = page
    return reverse(name, kwargs={key: getattr(cast, of).pk for key, of in arguments.items()})
