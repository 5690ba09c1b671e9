"""What the office sees of the nights, and cannot change."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from elearning.scheduling.models import CommandRun

TABLE = reverse("admin:elearning_scheduling_commandrun_changelist")


def grow(nights: int) -> CommandRun:
    for n in range(nights):
        run = CommandRun.objects.create(
            name="tidy_uploads",
            due=datetime.date(2026, 11, 1) + datetime.timedelta(days=n),
            started_at=timezone.now(),
            outcome="failed",
            said="3 failed; the log says why.",
        )
    return run


@pytest.mark.parametrize("nights", [1, 3])
def test_the_table_costs_the_same_for_more_nights(cast, sign_in, nights, django_assert_num_queries):
    grow(nights)
    office = sign_in(cast.midori)
    office.get(TABLE)
    with django_assert_num_queries(8):
        page = office.get(TABLE).content.decode()
    assert page.count("失敗</td>") == nights


def test_a_run_shows_what_was_said_and_takes_no_change(cast, sign_in):
    run = grow(1)
    office = sign_in(cast.midori)
    url = reverse("admin:elearning_scheduling_commandrun_change", args=[run.pk])

    assert "3 failed; the log says why." in office.get(url).content.decode()
    assert office.post(url, {"outcome": "done"}).status_code == 403
    delete = reverse("admin:elearning_scheduling_commandrun_delete", args=[run.pk])
    assert office.post(delete, {"post": "yes"}).status_code == 403
    run.refresh_from_db()
    assert run.outcome == "failed"
