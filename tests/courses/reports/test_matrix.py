import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClassGroup, ClassMembership
from courses.catalog.models import Activity, State, Subject
from courses.enrolment.models import ClassCourse, StudyDay
from courses.enrolment.queries import monday_of
from courses.reports.queries.matrix import class_matrices
from courses.reports.queries.times import start_of
from tests.cast import activity, course, lesson

from .conftest import ago


def matrix_of(cast, **options):
    return class_matrices(cast.class_a, [cast.maths], **options)[0]


def names(matrix) -> list[str]:
    return [row.student.full_name for row in matrix.rows]


def row_of(matrix, student):
    return next(row for row in matrix.rows if row.student == student)


def test_a_cell_says_how_much_of_the_required_is_done(cast, finish):
    finish(cast.haruna, cast.note)
    cell = row_of(matrix_of(cast), cast.haruna).cells[0]
    assert (cell.tally.done, cell.tally.total, cell.tally.percent) == (1, 3, 33)
    assert cell.state == "started"
    assert cell.title == "第1回 連立方程式の利用：3項目中 1項目 完了"


def test_all_done_is_done(cast, finish):
    finish(cast.haruna, cast.note, cast.video, cast.document)
    matrix = matrix_of(cast)
    assert row_of(matrix, cast.haruna).cells[0].state == "done"
    assert row_of(matrix, cast.ren).cells[0].state == "untouched"


def test_overdue_outweighs_everything_but_done(cast, overdue, begin, finish):
    late = overdue(cast.lesson)
    begin(cast.haruna, cast.note)
    cell = row_of(matrix_of(cast), cast.haruna).cells[0]
    assert cell.state == "late"
    assert "期限切れ 1" in cell.title
    finish(cast.haruna, late)
    assert row_of(matrix_of(cast), cast.haruna).cells[0].state == "started"


def test_a_lesson_where_nothing_is_required_has_a_dash(cast):
    extra = lesson(cast.maths, "発展")
    activity(extra, "note", "読みもの", required=False)
    assert row_of(matrix_of(cast), cast.ren).cells[1].state == "none"


def test_what_is_optional_or_not_open_makes_nobody_late(cast, overdue):
    overdue(cast.lesson, required=False)
    overdue(cast.lesson, state=State.DRAFT)
    overdue(cast.lesson, published_from=timezone.now() + datetime.timedelta(days=1))
    overdue(cast.lesson, deleted_at=timezone.now())
    matrix = matrix_of(cast)
    assert (matrix.behind, matrix.overdue) == (0, 0)


def test_lessons_keep_their_number_and_unopened_ones_have_no_column(cast):
    lesson(cast.maths, "下書き", state=State.DRAFT)
    third = lesson(cast.maths, "確率")
    lesson(cast.maths, "来週", published_from=timezone.now() + datetime.timedelta(days=7))
    matrix = matrix_of(cast)
    assert [(c.number, c.lesson.pk) for c in matrix.columns] == [
        (1, cast.lesson.pk),
        (3, third.pk),
    ]
    assert matrix.hidden_lessons == 2


def test_who_is_most_overdue_comes_first_then_least_done_then_longest_absent(
    cast, crowd, overdue, finish, begin
):
    steady, seldom, never = crowd(3)
    first, second = overdue(cast.lesson, "一"), overdue(cast.lesson, "二")
    for student in (cast.haruna, steady, seldom, never):
        finish(student, first, second, at=ago(days=1))
    finish(cast.haruna, cast.note)  # more done than the others
    finish(seldom, first, at=ago(days=8))
    finish(seldom, second, at=ago(days=8))
    matrix = matrix_of(cast)
    assert names(matrix)[0] == "石川 蓮"  # two overdue
    assert names(matrix)[1] == seldom.full_name  # longest absent of the two that have done as much
    assert names(matrix)[-1] == "佐藤 陽菜"


def test_by_kana_is_by_the_reading_not_by_the_letters(cast, overdue, finish):
    finish(cast.ren, overdue(cast.lesson))
    assert names(matrix_of(cast)) == ["佐藤 陽菜", "石川 蓮"]
    assert names(matrix_of(cast, by_kana=True)) == ["石川 蓮", "佐藤 陽菜"]


def test_this_weeks_rate_counts_what_is_due_from_monday_to_sunday(cast, finish):
    monday = start_of(monday_of(timezone.localdate()))
    cast.video.due_at = None
    cast.video.save()
    due = activity(cast.lesson, "note", "今週", due_at=monday + datetime.timedelta(hours=1))
    activity(cast.lesson, "note", "先週", due_at=monday - datetime.timedelta(seconds=1))
    activity(cast.lesson, "note", "来週", due_at=monday + datetime.timedelta(days=7))
    finish(cast.haruna, due)
    matrix = matrix_of(cast)
    assert (matrix.due_done, matrix.due_total, matrix.week_percent) == (1, 2, 50)


def test_nothing_due_this_week_is_not_zero_percent(cast):
    cast.video.due_at = None
    cast.video.save()
    assert matrix_of(cast).week_percent is None


def test_the_stumbling_block_is_what_most_are_late_with(cast, overdue, finish):
    easy, hard = overdue(cast.lesson, "やさしい"), overdue(cast.lesson, "むずかしい")
    finish(cast.ren, easy)
    stumble = matrix_of(cast).stumble
    assert stumble is not None
    assert (stumble.activity, stumble.number, stumble.students) == (hard, 1, 2)
    finish(cast.ren, hard)
    finish(cast.haruna, easy, hard)
    assert matrix_of(cast).stumble is None


def test_study_time_is_this_weeks_and_the_last_day_is_of_any_course(cast, begin):
    monday = monday_of(timezone.localdate())
    StudyDay.objects.create(student=cast.ren, day=monday, seconds=600)
    StudyDay.objects.create(student=cast.ren, day=monday - datetime.timedelta(days=1), seconds=9000)
    elsewhere = activity(lesson(cast.english, "Unit 1"), "note", "Note")
    begin(cast.ren, elsewhere, at=ago(days=9))
    row = row_of(matrix_of(cast), cast.ren)
    assert row.week_seconds == 600
    assert row.last_at is not None
    assert row.absent


def test_the_page_shows_the_class_as_its_teacher_knows_it(cast, sign_in, overdue, finish):
    finish(cast.ren, overdue(cast.lesson))
    page = sign_in(cast.tanaka).get(reverse("reports:class", args=[cast.class_a.pk]))
    assert page.status_code == 200
    text = page.text
    assert "渋谷校　火・金 19:00–20:30" in text
    assert "いしかわ れん" in text
    assert text.index("佐藤 陽菜") < text.index("石川 蓮")
    assert "期限切れ 1" in text
    assert "1 人が未完了" in text


def test_the_page_opens_at_the_last_lesson_that_anybody_opened(cast, sign_in, begin):
    second = lesson(cast.maths, "二回目")
    begin(cast.ren, activity(second, "note", "ノート"))
    activity(lesson(cast.maths, "三回目"), "note", "ノート")
    assert matrix_of(cast).newest == 2
    text = sign_in(cast.tanaka).get(reverse("reports:class", args=[cast.class_a.pk])).text
    assert '<th scope="col" title="二回目" data-newest>' in text


def test_the_switch_sorts_by_kana(cast, sign_in, overdue, finish):
    finish(cast.ren, overdue(cast.lesson))
    url = reverse("reports:class", args=[cast.class_a.pk])
    text = sign_in(cast.tanaka).get(url, {"sort": "kana"}).text
    assert text.index("石川 蓮") < text.index("佐藤 陽菜")


def test_a_class_of_two_courses_has_a_tab_for_each(cast, sign_in):
    science = course("理科・中2標準", Subject.SCIENCE, cast.suzuki)
    lesson(science, "電流と電圧")
    ClassCourse.objects.create(class_group=cast.class_a, course=science)
    client = sign_in(cast.tanaka)
    url = reverse("reports:class", args=[cast.class_a.pk])
    page = client.get(url, {"course": science.pk})
    assert page.context["matrix"].course == science
    assert f'href="?course={cast.maths.pk}"' in page.text
    assert reverse("catalog:course", args=[science.pk]) not in page.text  # not hers to build


@pytest.fixture
def two_courses(cast, sign_in):
    """The lesson of a second course, and which course the class's page opens on."""
    science = course("理科・中2標準", Subject.SCIENCE, cast.tanaka)
    ClassCourse.objects.create(class_group=cast.class_a, course=science)
    client = sign_in(cast.tanaka)

    def opened():
        context = client.get(reverse("reports:class", args=[cast.class_a.pk])).context
        assert context["tab"].course == context["matrix"].course
        return context["matrix"].course

    return lesson(science, "電流と電圧"), opened


def test_a_class_opens_on_the_course_with_most_overdue(cast, two_courses, overdue, finish):
    other, opened = two_courses
    overdue(cast.lesson)
    late = [overdue(other, title) for title in ("一つめ", "二つめ")]
    assert opened() == other.course

    for student in (cast.haruna, cast.ren):
        finish(student, *late, at=ago(hours=1))
    assert opened() == cast.maths


def test_where_nothing_is_overdue_it_opens_on_what_was_learnt_last(
    cast, two_courses, begin, finish
):
    other, opened = two_courses
    finish(cast.haruna, cast.note, at=ago(hours=2))
    begin(cast.ren, activity(other, "note", "抵抗"), at=ago(hours=1))
    assert opened() == other.course

    finish(cast.ren, cast.note)
    assert opened() == cast.maths


@pytest.mark.parametrize("asked", ["x", "999999", ""])
def test_a_course_that_the_class_does_not_take_shows_the_first_one(cast, sign_in, asked):
    url = reverse("reports:class", args=[cast.class_a.pk])
    page = sign_in(cast.tanaka).get(url, {"course": asked})
    assert page.status_code == 200
    assert page.context["matrix"].course == cast.maths


def test_a_class_without_a_course_says_what_to_do(cast, sign_in):
    ClassCourse.objects.all().delete()
    page = sign_in(cast.tanaka).get(reverse("reports:class", args=[cast.class_a.pk]))
    assert "受講する講座は、まだありません" in page.text
    assert reverse("catalog:courses") in page.text


def test_a_class_without_students_says_what_to_do(cast, sign_in):
    ClassMembership.objects.all().delete()
    page = sign_in(cast.tanaka).get(reverse("reports:class", args=[cast.class_a.pk]))
    assert "まだ生徒がいません" in page.text


def test_names_and_titles_are_text_not_markup(cast, sign_in):
    ClassGroup.objects.filter(pk=cast.class_a.pk).update(name="<b>A</b>")
    cast.lesson.title = '"><script>alert(1)</script>'
    cast.lesson.save()
    text = sign_in(cast.tanaka).get(reverse("reports:class", args=[cast.class_a.pk])).text
    assert "<b>A</b>" not in text
    assert "<script>alert" not in text


def test_a_course_without_due_dates_praises_nobody_for_keeping_them(cast, sign_in):
    url = f"/teach/classes/{cast.class_a.pk}/"
    with_dues = sign_in(cast.tanaka).get(url).content.decode()
    Activity.objects.update(due_at=None)
    without = sign_in(cast.tanaka).get(url).content.decode()

    assert "全員が期限どおりです" in with_dues
    assert "全員が期限どおりです" not in without
    assert "期限のある項目はありません" in without
