import csv
import io
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Subject
from courses.enrolment.models import ClassCourse, StudyDay
from courses.enrolment.queries import monday_of
from elearning.spreadsheets import as_text
from tests.cast import course, join, lesson


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def download(cast, sign_in):
    def get(**query):
        url = reverse("reports:class_csv", args=[cast.class_a.pk])
        return sign_in(cast.tanaka).get(url, query)

    return get


def test_excel_knows_the_letters_and_the_lines(cast, download):
    join(cast.class_a, cast.sota)
    content = download().content
    assert content.startswith(b"\xef\xbb\xbf")
    assert "髙橋 颯太" in content.decode("utf-8-sig")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 4


def test_the_file_has_a_japanese_name(download):
    response = download()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = response["Content-Disposition"]
    assert name.startswith("attachment; filename*=utf-8''")
    assert "%E9%80%B2%E3%81%BF%E5%85%B7%E5%90%88" in name  # 進み具合


def test_a_line_for_each_student_by_kana(cast, download, overdue, finish):
    late = overdue(cast.lesson)
    finish(cast.haruna, cast.note, cast.video, cast.document, late)
    StudyDay.objects.create(
        student=cast.haruna, day=monday_of(timezone.localdate()), seconds=19 * 60 + 40
    )
    today = f"{timezone.localdate():%Y/%m/%d}"
    head, ren, haruna = rows_of(download())
    assert head[:5] == ["クラス", "氏名", "ふりがな", "講座", "第1回"]
    assert head[5:] == ["完了率", "期限切れ", "今週の学習時間(分)", "最終学習日"]
    assert ren[:4] == ["渋谷校 中2標準 数学 Aクラス", "石川 蓮", "いしかわ れん", "数学・中2標準"]
    assert ren[4:] == ["0%", "0%", "1", "0", ""]
    assert haruna[:3] == ["渋谷校 中2標準 数学 Aクラス", "佐藤 陽菜", "さとう ひな"]
    assert haruna[4:] == ["100%", "100%", "0", "20", today]


def test_all_courses_of_the_class_or_the_one_asked_for(cast, download):
    science = course("理科・中2標準", Subject.SCIENCE, cast.tanaka)
    lesson(science, "電流")
    lesson(science, "電圧")
    ClassCourse.objects.create(class_group=cast.class_a, course=science)
    everything = rows_of(download())
    assert everything[0][4:6] == ["第1回", "第2回"]
    assert [row[3] for row in everything[1:]] == [cast.maths.title] * 2 + [science.title] * 2
    one = rows_of(download(course=science.pk))
    assert [row[3] for row in one[1:]] == [science.title] * 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "  ="])
def test_no_text_is_calculated(start):
    assert as_text(f"{start}1+1") == f"'{start}1+1"


def test_ordinary_text_stays_as_it_is():
    assert as_text("数学=A") == "数学=A"
    assert as_text("") == ""


def test_names_and_titles_that_look_like_formulas_are_guarded(cast, download):
    cast.haruna.family_name = '=HYPERLINK("https://example.com","x")'
    cast.haruna.save()
    cast.maths.title = "@SUM(1+1)"
    cast.maths.save()
    cast.class_a.campus.name = "+渋谷校"
    cast.class_a.campus.save()
    rows = rows_of(download())
    assert rows[2][0].startswith("'+渋谷校 ")
    assert rows[2][1] == '\'=HYPERLINK("https://example.com","x") 陽菜'
    assert rows[2][3] == "'@SUM(1+1)"


def test_the_class_name_cannot_break_the_file_name(cast, download):
    cast.class_a.name = '../A"; filename="x.exe\r\nSet-Cookie: a=b'
    cast.class_a.save()
    response = download()
    assert response.status_code == 200
    assert "/" not in response["Content-Disposition"].removeprefix("attachment; ")
    assert "Set-Cookie" not in response.headers or "a=b" not in str(response.cookies)


def test_a_class_without_courses_gives_the_headings_only(cast, download):
    ClassCourse.objects.all().delete()
    assert len(rows_of(download())) == 1


def test_the_file_says_its_campus_and_the_one_course_that_it_holds(cast, sign_in):
    url = f"/teach/classes/{cast.class_a.pk}/progress.csv"
    both = unquote(sign_in(cast.tanaka).get(url)["Content-Disposition"])
    one = unquote(sign_in(cast.tanaka).get(f"{url}?course={cast.maths.pk}")["Content-Disposition"])

    assert "渋谷校 中2標準 数学 Aクラス_進み具合_" in both
    assert "渋谷校 中2標準 数学 Aクラス_数学・中2標準_進み具合_" in one
