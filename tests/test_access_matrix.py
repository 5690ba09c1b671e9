"""Who may open what: every address of the site × every kind of person.

The material of the rows belongs to class A: Haruna's class, Tanaka's class and course.
"in": let in (whatever the page then says to an empty form); "login": sent to sign in;
"403": the wrong role; "404": the right role, but none of his business.
"""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from elearning.uploads.models import Upload, UploadState

SIGN_IN_PAGES = ("/login/", "/admin/login/")
PEOPLE = ["nobody", "haruna", "sota", "yoko", "kenji", "tanaka", "suzuki", "midori"]

EVERYONE = "in in in in in in in in"
SIGNED_IN = "login in in in in in in in"
STUDENTS = "login in in 403 403 403 403 403"
OF_THE_CLASS = "login in 404 403 403 403 403 403"
LEARNERS_AND_AUTHORS = "login in 404 404 404 in 404 in"
GUARDIAN = "login 403 403 in 404 403 403 403"
STAFF = "login 403 403 403 403 in in in"
OFFICE = "login 403 403 403 403 403 403 in"
WITH_A_TOKEN = "404 404 404 404 404 404 404 404"
AUTHORS = "login 403 403 403 403 in 404 in"
CLASS_TEACHERS = "login 403 403 403 403 in 404 in"
WHO_HAS_A_SECOND_STEP = "login 403 403 403 403 in 404 404"
UPLOADER = "login 404 404 404 404 in 404 404"

# name: (method, who gets what). A name without arguments of its own needs nothing more.
MATRIX: dict[str, tuple[str, str]] = {
    "home": ("GET", SIGNED_IN),
    "degraded": ("GET", SIGNED_IN),
    "status": ("GET", OFFICE),
    "healthz": ("GET", WITH_A_TOKEN),
    # accounts
    "account_login": ("GET", EVERYONE),
    "account_logout": ("GET", SIGNED_IN),
    "account_change_password": ("GET", SIGNED_IN),
    "profile": ("GET", SIGNED_IN),
    "account_inactive": ("GET", EVERYONE),
    "account_reauthenticate": ("GET", SIGNED_IN),
    "account_reset_password": ("GET", EVERYONE),
    "account_reset_password_done": ("GET", EVERYONE),
    "account_reset_password_from_key": ("GET", EVERYONE),
    "account_reset_password_from_key_done": ("GET", EVERYONE),
    "profile_language": ("POST", SIGNED_IN),
    "profile_email": ("POST", SIGNED_IN),
    # the second step of sign-in: nobody is in the middle of it here
    "mfa_authenticate": ("GET", "login in in in in in in in"),
    "mfa_reauthenticate": ("GET", SIGNED_IN),
    "mfa_index": ("GET", STAFF),
    "mfa_activate_totp": ("GET", STAFF),
    "mfa_deactivate_totp": ("GET", WHO_HAS_A_SECOND_STEP),
    "mfa_view_recovery_codes": ("GET", WHO_HAS_A_SECOND_STEP),
    "mfa_generate_recovery_codes": ("GET", STAFF),
    "mfa_download_recovery_codes": ("GET", WHO_HAS_A_SECOND_STEP),
    # uploads
    "uploads:detail": ("GET", UPLOADER),
    "uploads:parts": ("POST", UPLOADER),
    "uploads:part": ("PUT", UPLOADER),
    "uploads:complete": ("POST", UPLOADER),
    # catalog
    "catalog:courses": ("GET", STAFF),
    "catalog:course_new": ("GET", STAFF),
    "catalog:course": ("GET", AUTHORS),
    "catalog:course_edit": ("GET", AUTHORS),
    "catalog:course_duplicate": ("GET", AUTHORS),
    "catalog:course_delete": ("POST", AUTHORS),
    "catalog:course_restore": ("POST", AUTHORS),
    "catalog:lesson_new": ("POST", AUTHORS),
    "catalog:lesson": ("GET", AUTHORS),
    "catalog:lesson_delete": ("POST", AUTHORS),
    "catalog:lesson_restore": ("POST", AUTHORS),
    "catalog:lesson_order": ("POST", AUTHORS),
    "catalog:activity_new": ("POST", AUTHORS),
    "catalog:activity": ("GET", AUTHORS),
    "catalog:activity_delete": ("POST", AUTHORS),
    "catalog:activity_restore": ("POST", AUTHORS),
    "catalog:activity_order": ("POST", AUTHORS),
    "catalog:teacher_search": ("GET", STAFF),
    "catalog:course_state": ("POST", AUTHORS),
    "catalog:lesson_section": ("GET", AUTHORS),
    "catalog:lesson_state": ("POST", AUTHORS),
    "catalog:lesson_publish": ("POST", AUTHORS),
    "catalog:activity_state": ("POST", AUTHORS),
    # enrolment
    "enrolment:course_classes": ("GET", AUTHORS),
    "enrolment:class_add": ("POST", AUTHORS),
    "enrolment:class_end": ("POST", AUTHORS),
    "enrolment:beat": ("POST", OF_THE_CLASS),
    "enrolment:complete": ("POST", OF_THE_CLASS),
    # materials
    "materials:begin_upload": ("POST", AUTHORS),
    "materials:replace_upload": ("POST", AUTHORS),
    "materials:upload_status": ("GET", AUTHORS),
    "materials:search": ("GET", STAFF),
    "materials:try_again": ("POST", AUTHORS),
    "materials:file": ("GET", LEARNERS_AND_AUTHORS),
    "materials:derivative": ("GET", LEARNERS_AND_AUTHORS),
    "materials:note_preview": ("POST", STAFF),
    # learning
    "learning:courses": ("GET", STUDENTS),
    "learning:course": ("GET", LEARNERS_AND_AUTHORS),
    "learning:activity": ("GET", LEARNERS_AND_AUTHORS),
    "learning:child": ("GET", GUARDIAN),
    # reports
    "reports:classes": ("GET", STAFF),
    "reports:storage": ("GET", OFFICE),
    "reports:class": ("GET", CLASS_TEACHERS),
    "reports:class_csv": ("GET", CLASS_TEACHERS),
    "reports:student": ("GET", CLASS_TEACHERS),
}


def names(patterns=None, prefix="") -> list[tuple[str, URLPattern]]:
    """Every named address below these patterns; an address without a name comes as its route."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += names(pattern.url_patterns, inner)
        else:
            found.append((prefix + (pattern.name or f"unnamed {pattern.pattern}"), pattern))
    return found


ALL = [(name, pattern) for name, pattern in names() if not name.startswith("admin:")]


@pytest.fixture
def material(cast):
    """Something behind every id that stands in an address."""
    upload = Upload.objects.create(
        owner=cast.tanaka,
        category="document",
        name="プリント.pdf",
        size=4,
        part_size=4,
        state=UploadState.PUBLISHED,
        content_type="application/pdf",
        key="print.pdf",
    )
    upload.derivatives.create(kind="page", state="ready", key="page.webp")
    cast.document.document.upload = upload
    cast.document.document.save(update_fields=["upload"])
    for kind, data in (
        (Authenticator.Type.TOTP, {"secret": "JBSWY3DPEHPK3PXP"}),
        (Authenticator.Type.RECOVERY_CODES, {"seed": "0" * 40, "used_mask": 0}),
    ):
        Authenticator.objects.create(user=cast.tanaka, type=kind, data=data)
    default_storage.save("print.pdf", ContentFile(b"%PDF"))
    return {
        "course_id": cast.maths.pk,
        "lesson_id": cast.lesson.pk,
        "activity_id": cast.document.pk,
        "class_id": cast.class_a.pk,
        "student_id": cast.haruna.pk,
        "child_id": cast.haruna.pk,
        "upload_id": upload.pk,
        "name": "プリント.pdf",
        "kind": "page",
        "number": 1,
        "uidb36": "1",
        "key": "a-key-that-nobody-was-sent",
    }


def verdict(response) -> str:
    if response.status_code == 302 and response["Location"].startswith(SIGN_IN_PAGES):
        return "login"
    if response.status_code in (403, 404, 405):
        return str(response.status_code)
    assert response.status_code < 500, response.status_code
    return "in"


def ask(person, method: str, url: str) -> str:
    client = Client()
    if person is not None:
        client.force_login(person, backend="accounts.backends.SignInBackend")
    with transaction.atomic():
        response = client.generic(method, url, content_type="application/json")
        transaction.set_rollback(True)
    if response.streaming:
        b"".join(response)
    return verdict(response)


@pytest.mark.parametrize(("name", "pattern"), ALL, ids=[name for name, _ in ALL])
def test_every_address_knows_who_may_come_in(name, pattern, cast, material):
    assert name in MATRIX, f"{name} is missing from the access matrix"
    method, expected = MATRIX[name]
    arguments = {key: material[key] for key in pattern.pattern.regex.groupindex}
    url = reverse(name, kwargs=arguments)

    found = {who: ask(getattr(cast, who, None), method, url) for who in PEOPLE}

    assert found == dict(zip(PEOPLE, expected.split(), strict=True))


def test_the_matrix_names_no_address_that_is_gone():
    assert set(MATRIX) <= {name for name, _ in ALL}


@pytest.mark.parametrize(("name", "pattern"), ALL, ids=[name for name, _ in ALL])
def test_no_method_opens_what_the_matrix_closes(name, pattern, cast, material):
    arguments = {key: material[key] for key in pattern.pattern.regex.groupindex}
    url = reverse(name, kwargs=arguments)
    closed = [
        who
        for who, expected in zip(PEOPLE, MATRIX[name][1].split(), strict=True)
        if expected != "in"
    ]

    found = {
        (who, method): ask(getattr(cast, who, None), method, url)
        for who in closed
        for method in ("GET", "POST", "PUT", "DELETE")
    }

    assert "in" not in found.values(), found


ADMIN = sorted(
    # A model's "unnamed" address sends on to its form; Django's catch-all ends the list.
    {name for name, _ in names() if name.startswith("admin:") and "unnamed" not in name}
)
OPEN_IN_ADMIN = {"admin:login", "admin:logout"}
SOMETHING = {"object_id": 1, "id": 1, "content_type_id": 1, "app_label": "accounts"}


def admin_addresses() -> list[str]:
    found = ["/admin/no-such-page/"]
    for name, pattern in names():
        if name in ADMIN and name not in OPEN_IN_ADMIN:
            keys = pattern.pattern.regex.groupindex
            found.append(reverse(name, kwargs={key: SOMETHING[key] for key in keys}))
        if name.endswith("_changelist"):
            found.append(reverse(name) + "1/")
    return found


@pytest.mark.parametrize("url", admin_addresses())
def test_the_admin_is_for_the_office_only(url, cast):
    for method in ("GET", "POST"):
        found = {who: ask(getattr(cast, who, None), method, url) for who in PEOPLE}

        assert found.pop("midori") != "login"
        assert set(found.values()) == {"login"}, (method, found)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda m: m._meta.label_lower)
def test_the_office_sees_every_table(model, cast):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    assert ask(cast.midori, "GET", url) == "in"
