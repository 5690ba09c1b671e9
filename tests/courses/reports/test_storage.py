"""The office's page about how much room material takes."""

import re

import pytest
from django.urls import reverse

from courses.reports import views
from elearning.uploads.models import Upload
from tests.cast import activity, lesson

GIB = 1024**3


@pytest.fixture
def page(cast, sign_in):
    """`page("?by=teacher")`: its words, one blank between them."""

    def read(query: str = "") -> str:
        answer = sign_in(cast.midori).get(reverse("reports:storage") + query)
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    return read


def film(owner, size: int, of) -> Upload:
    upload = Upload.objects.create(
        owner=owner,
        category="video",
        name="速さ.mp4",
        size=size,
        part_size=size,
        state="published",
        key="verified/1",
    )
    of.video.upload = upload
    of.video.save(update_fields=["upload"])
    return upload


def test_a_house_without_files_is_told_how_they_come(cast, page):
    assert "教材のファイルはまだありません" in page()
    assert "合計 0 KB" in page()


def test_courses_and_teachers_with_what_they_take(cast, page):
    film(cast.tanaka, 3 * GIB, cast.video)
    text = page()
    assert "合計 3 GB" in text
    assert "数学・中2標準 2026年度 田中 健一 1 3 GB 0 KB" in text
    assert "上限は設定されていません" in text
    assert "英語・中2発展" not in text
    assert "田中 健一 1 3 GB 0 KB" in page("?by=teacher")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (8, "8 GB / 10 GB（80%） 0 KB"),
        (9, "9 GB / 10 GB（90%） 残りわずか"),
        (10, "10 GB / 10 GB（100%） 上限に達しています"),
    ],
)
@pytest.mark.parametrize("by", ["course", "teacher"])
def test_how_much_of_the_quota_is_used(cast, page, settings, size, said, by):
    settings.COURSE_QUOTA_BYTES = settings.UPLOAD_QUOTA_BYTES = 10 * GIB
    film(cast.tanaka, size * GIB, cast.video)
    text = page(f"?by={by}")
    assert said in text
    assert "10 GB まで" in text


def test_each_has_its_own_quota(cast, page, settings):
    settings.COURSE_QUOTA_BYTES = 10 * GIB
    film(cast.tanaka, GIB, cast.video)
    assert "上限：一つの講座に 10 GB まで" in page()
    assert "上限は設定されていません" in page("?by=teacher")


def test_long_lists_have_pages(cast, page, monkeypatch):
    monkeypatch.setattr(views, "LINES_A_PAGE", 1)
    film(cast.tanaka, 3 * GIB, cast.video)
    film(cast.suzuki, 2 * GIB, activity(lesson(cast.english, "発音"), "video", "発音"))
    assert "田中 健一" in page("?by=teacher")
    assert "鈴木 恵" not in page("?by=teacher")
    assert "鈴木 恵" in page("?by=teacher&page=2")


def test_the_office_finds_it_in_its_menu_and_teachers_do_not(cast, sign_in):
    link = f'href="{reverse("reports:storage")}"'
    assert link in sign_in(cast.midori).get("/").text
    assert link not in sign_in(cast.tanaka).get("/").text
