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
    ("haruna", "profile_email", {}),
    ("haruna", "account_change_password", {}),
    ("haruna", "account_reauthenticate", {}),
    ("haruna", "account_logout", {}),
    ("yoko", "home", {}),
    ("yoko", "learning:child", {"child_id": "haruna"}),
    ("yoko", "profile", {}),
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
    ("tanaka", "materials:search", {}),
    ("tanaka", "enrolment:course_classes", {"course_id": "maths"}),
    ("tanaka", "learning:course", {"course_id": "maths"}),
    ("tanaka", "learning:activity", {"activity_id": "note"}),
    ("tanaka", "reports:classes", {}),
    ("tanaka", "reports:class", {"class_id": "class_a"}),
    ("tanaka", "reports:student", {"class_id": "class_a", "student_id": "haruna"}),
    ("tanaka", "mfa_index", {}),
    ("midori", "home", {}),
    ("midori", "reports:classes", {}),
    ("midori", "reports:storage", {}),
    ("midori", "status", {}),
]

PUBLIC_PAGES = [
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]

# What answers a GET and is not looked at by itself, by why.
NO_PAGES = {
    "catalog:teacher_search": "part of the course form",
    "catalog:lesson_section": "part of the course page",
    "materials:upload_status": "part of the editor",
    "uploads:detail": "JSON",
    "degraded": "part of every page while the writer is down",
    "healthz": "JSON",
    "materials:file": "a file",
    "materials:derivative": "a file",
    "reports:class_csv": "a file",
    "mfa_download_recovery_codes": "a file",
    "account_reset_password_from_key": "tests/accounts/test_password_reset.py follows its letter",
    "mfa_authenticate": "in the middle of signing in: tests/e2e/test_second_factor.py",
    "mfa_reauthenticate": "asks for a code: tests/accounts/test_second_factor.py",
    "mfa_activate_totp": "asks for the password first: tests/e2e/test_second_factor.py",
    "mfa_deactivate_totp": "asks for the password first: tests/e2e/test_second_factor.py",
    "mfa_view_recovery_codes": "asks for the password first: tests/e2e/test_second_factor.py",
    "mfa_generate_recovery_codes": "asks for it too: tests/e2e/test_second_factor.py",
}


def name_of(page: Page) -> str:
    who, name, arguments = page
    return " ".join([who, name, *arguments.values()])


def path_of(page: Page, cast: Cast) -> str:
    _, name, arguments = page
    return reverse(name, kwargs={key: getattr(cast, of).pk for key, of in arguments.items()})
