"""It is Friday evening, 20 November 2026, 19:30 in Japan; videos and prints have files."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from courses.catalog.models import Activity
from courses.enrolment.models import Progress, ProgressState, StudyDay
from elearning.uploads.models import Upload, UploadState

JAPAN = ZoneInfo("Asia/Tokyo")


def japan(text: str) -> datetime.datetime:
    """ "2026-11-20 19:30" in Japan."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=JAPAN)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """`clock("2026-11-21 08:00")` moves to another moment of Japan's time."""

    def move(text: str) -> None:
        moment = japan(text).astimezone(datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    move("2026-11-20 19:30")
    return move


@pytest.fixture
def ready():
    """`ready(activity, …)` gives videos and documents their published file."""

    def publish(*activities: Activity, seconds: float | None = 1265.0) -> None:
        for each in activities:
            video = each.kind == "video"
            material = each.video if video else each.document
            material.upload = Upload.objects.create(
                owner=each.lesson.course.teachers.get(),
                category=each.kind,
                name="式.mp4" if video else "演習.pdf",
                size=1_258_291,
                part_size=8 * 1024 * 1024,
                state=UploadState.PUBLISHED,
                content_type="video/mp4" if video else "application/pdf",
                duration_seconds=seconds if video else None,
                page_count=None if video else 4,
            )
            material.save(update_fields=["upload"])

    return publish


@pytest.fixture
def finish():
    """`finish(student, activity, …)` completes them."""

    def complete(student, *activities: Activity, at: str = "2026-11-20 18:00") -> None:
        for each in activities:
            Progress.objects.update_or_create(
                student=student,
                activity=each,
                defaults={
                    "state": ProgressState.COMPLETED,
                    "completed_at": japan(at),
                    "opened_at": japan(at),
                    "last_at": japan(at),
                },
            )

    return complete


@pytest.fixture
def begin():
    """`begin(student, activity)` opens it without completing it."""

    def start(student, each: Activity, at: str = "2026-11-20 18:00", **fields) -> Progress:
        return Progress.objects.create(
            student=student, activity=each, opened_at=japan(at), last_at=japan(at), **fields
        )

    return start


@pytest.fixture
def study():
    """`study(student, "2026-11-16", minutes=40)`."""

    def learn(student, day: str, *, minutes: int) -> None:
        StudyDay.objects.create(
            student=student, day=datetime.date.fromisoformat(day), seconds=minutes * 60
        )

    return learn


@pytest.fixture
def read():
    """`read(response)` is the page's text, white space as a reader sees it, without tags."""
    import html
    import re

    def text(response) -> str:
        assert response.status_code == 200, response.status_code
        body = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        body = re.sub(r"<(template|svg)\b.*?</\1>", "", body, flags=re.DOTALL)
        body = re.sub(r"<[a-z]+[^>]* hidden\b[^>]*>[^<]*</[a-z]+>", "", body)
        return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))

    return text
