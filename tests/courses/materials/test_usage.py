"""How much room files take; the office's page and `manage.py storage_report` tell it."""

import csv

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from courses.catalog.models import Activity, Subject
from courses.materials.models import Derivative
from courses.materials.queries import usage
from courses.materials.queries.usage import Amount
from elearning.uploads.models import Upload
from tests.cast import activity, course, lesson, person


@pytest.fixture
def english(cast) -> Activity:
    """A film's place in the other course."""
    return activity(lesson(cast.english, "発音"), "video", "発音")


def made_of(upload: Upload, size: int, kind: str = "video-480") -> None:
    Derivative.objects.create(
        upload=upload, kind=kind, state="ready", key=f"derived/{upload.pk}/{kind}", size=size
    )


def upload(cast, **fields) -> Upload:
    return Upload.objects.create(
        **{
            "owner": cast.tanaka,
            "category": "video",
            "name": "a.mp4",
            "size": 100,
            "part_size": 40,
            **fields,
        }
    )


def of_courses() -> dict[str, Amount]:
    return {found.title: taken for found, taken in usage.courses_of(usage.by_course())}


def of_owners() -> dict[str, Amount]:
    return {owner.username: taken for owner, taken in usage.owners_of(usage.by_owner())}


def test_a_house_without_files_takes_no_room(cast):
    assert (of_courses(), of_owners()) == ({}, {})
    assert usage.total().size == 0


def test_a_file_of_two_courses_counts_in_each_and_once_in_the_total(
    cast, english, make_upload, hold
):
    film = make_upload(size=100)
    made_of(film, 30)
    hold(cast.video, film)
    hold(english, film)
    assert of_courses() == {
        cast.maths.title: Amount(1, 100, 30),
        cast.english.title: Amount(1, 100, 30),
    }
    assert of_owners() == {"tanaka": Amount(1, 100, 30)}
    total = usage.total()
    assert (total.used, total.derived, total.size) == (Amount(1, 100), Amount(1, 30), 130)


def test_a_file_that_is_in_a_course_twice_counts_once(cast, make_upload, hold):
    film = make_upload(size=100)
    made_of(film, 30)
    made_of(film, 5, "poster")
    hold(cast.video, film)
    hold(activity(cast.lesson, "video", "もう一度"), film)
    hold(cast.document, make_upload(name="a.pdf", size=7))
    assert of_courses() == {cast.maths.title: Amount(2, 107, 35)}
    assert usage.total().used == Amount(2, 107)


def test_what_is_on_its_way_counts_as_it_does_for_the_quotas(cast):
    coming = upload(cast, size=100)
    cast.video.video.next_upload = coming
    cast.video.video.save()
    coming.parts.create(number=1, size=40, sha256="0" * 64)
    assert of_courses() == {cast.maths.title: Amount(1, 100)}
    assert of_owners() == {"tanaka": Amount(1, 100)}
    assert usage.total().arriving == Amount(1, 40)


def test_what_was_given_up_or_removed_takes_no_room(cast):
    upload(cast, state="aborted")
    upload(cast, state="rejected", reason="damaged")
    assert (of_owners(), usage.total().size) == ({}, 0)


def test_what_waits_for_its_check_and_what_was_refused_is_in_quarantine(cast):
    upload(cast, state="uploaded")
    refused = upload(cast, state="rejected", reason="damaged", size=20)
    Upload.objects.filter(pk=refused.pk).update(key=f"quarantine/{refused.pk}")
    assert usage.total().quarantined == Amount(2, 120)


def test_what_is_in_the_bin_is_unused(cast, make_upload, hold):
    hold(cast.video, make_upload(size=100))
    hold(cast.document, make_upload(name="a.pdf", size=7))
    Activity.objects.filter(pk=cast.video.pk).update(deleted_at=timezone.now())
    total = usage.total()
    assert (total.used, total.unused) == (Amount(1, 7), Amount(1, 100))
    assert of_courses() == {cast.maths.title: Amount(1, 7)}


def test_the_largest_comes_first(cast, english, make_upload, hold):
    hold(english, make_upload(size=10, owner=cast.suzuki))
    hold(cast.video, make_upload(size=9))
    assert list(of_courses()) == [cast.english.title, cast.maths.title]
    assert list(of_owners()) == ["suzuki", "tanaka"]
    hold(cast.document, make_upload(name="a.pdf", size=2))
    assert list(of_courses()) == [cast.maths.title, cast.english.title]


def report(capsys, **options) -> str:
    call_command("storage_report", **options)
    return capsys.readouterr().out


def test_the_report_names_courses_people_and_the_total(cast, make_upload, hold, settings, capsys):
    settings.UPLOAD_QUOTA_BYTES = 1024**3
    film = make_upload(size=3 * 1024**2)
    made_of(film, 1024**2)
    hold(cast.video, film)
    lines = [" ".join(line.split()) for line in report(capsys).splitlines()]
    assert "1 3 MB 1 MB 2026 数学・中2標準 (田中 健一)" in lines
    assert "1 3 MB of 1 GB 1 MB 田中 健一" in lines
    assert "1 3 MB in use" in lines
    assert "1 1 MB made of them" in lines
    assert "4 MB total" in lines


def test_the_spreadsheet_holds_bytes_and_calculates_nothing(cast, make_upload, hold, capsys):
    hold(cast.video, make_upload(size=100))
    cast.tanaka.family_name = "=1+1"
    cast.tanaka.save(update_fields=["family_name"])
    rows = list(csv.DictReader(report(capsys, csv=True).removeprefix("\ufeff").splitlines()))
    assert rows[0] == {
        "kind": "course",
        "id": str(cast.maths.pk),
        "name": "2026 数学・中2標準",
        "teachers": "'=1+1 健一",
        "files": "1",
        "bytes": "100",
        "derived_bytes": "0",
        "quota_bytes": "",
    }
    assert rows[1]["name"] == "'=1+1 健一"
    assert (rows[-1]["name"], rows[-1]["bytes"]) == ("all", "100")


def test_the_number_of_queries_does_not_grow(cast, make_upload, hold, capsys):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            report(capsys)
        return len(captured)

    hold(cast.video, make_upload(size=1))
    few = queries()
    for n in range(10):
        teacher = person(f"t{n}", "講師", f"名{n}", "こうし な", Role.TEACHER)
        one = course(f"理科{n}", Subject.SCIENCE, teacher)
        film = make_upload(size=1, owner=teacher)
        made_of(film, 1)
        hold(activity(lesson(one, "電流"), "video", "電流"), film)
    assert queries() == few
    assert few <= 15
