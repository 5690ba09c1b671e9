"""The office's tables: no page loads everybody, and none costs more for more rows."""

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from courses.catalog.models import Course
from tests.test_query_counts import grow

TABLES = list(admin.site._registry)

# Queries of the table, of the form to add and of the form to change, session and user
# included; None: there is no such page.
COUNTS: dict[str, tuple[int, int | None, int | None]] = {
    "enrolment.enrolment": (5, 2, 5),
    "enrolment.classcourse": (6, 2, 5),
    "enrolment.progress": (5, None, 5),
    "enrolment.studyday": (4, None, 4),
    "catalog.course": (6, 2, 4),
    "catalog.lesson": (6, 2, 4),
    "catalog.activity": (7, None, 4),
    "accounts.campus": (5, 2, 3),
    "accounts.classgroup": (7, 2, 8),
    "accounts.user": (7, 2, 7),
    "auth.group": (5, 3, None),
    "uploads.upload": (6, None, 4),
    "elearning_scheduling.commandrun": (8, None, None),
    "django_tasks_database.dbtaskresult": (7, None, None),
}


def pages(model) -> dict[str, str]:
    start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    last = model._default_manager.order_by("pk").first()
    found = {"table": reverse(f"{start}_changelist"), "add": reverse(f"{start}_add")}
    if last is not None:
        found["change"] = reverse(f"{start}_change", args=[last.pk])
    return found


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.midori)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label_lower)
def test_no_page_but_the_table_names_people_it_is_not_about(model, cast, office):
    grow(cast, 1)
    User.objects.bulk_create(
        User(
            username=f"{role}{n}",
            family_name="無関係",
            given_name=f"某{n}",
            role=role,
            campus=cast.campus,
        )
        for role in Role.values
        for n in range(125)
    )
    Course.objects.bulk_create(
        Course(title=f"無関係な講座{n}", subject="maths", grade=8, school_year=2026)
        for n in range(200)
    )

    for name, url in pages(model).items():
        response = office.get(url)
        if name == "table" or response.status_code == 403:
            continue
        assert response.status_code == 200
        assert "無関係" not in response.content.decode(), name


def test_every_table_has_a_search_or_a_filter():
    for model in TABLES:
        table = admin.site._registry[model]
        assert table.search_fields or table.list_filter, model
    # The queue's table is django-tasks-db's own: it filters by state and name of the queue.
    searchable = {
        model._meta.label for model in TABLES if admin.site._registry[model].search_fields
    }
    assert {model._meta.label for model in TABLES} - searchable == {
        "django_tasks_database.DBTaskResult"
    }


@pytest.mark.parametrize("rows", [1, 30])
def test_tables_and_forms_ask_the_same_number_of_questions_at_any_size(cast, office, rows):
    grow(cast, rows)
    cache.clear()
    found = {}
    for model in TABLES:
        counts = {}
        for name, url in pages(model).items():
            allowed = office.get(url).status_code == 200
            with CaptureQueriesContext(connection) as queries:
                office.get(url)
            counts[name] = len(queries) if allowed else None
        found[model._meta.label_lower] = tuple(counts.get(n) for n in ("table", "add", "change"))
    assert found == COUNTS
