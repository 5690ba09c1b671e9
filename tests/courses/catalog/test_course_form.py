import pytest
from django.urls import reverse

from accounts.models import User
from courses.catalog.models import Course
from courses.catalog.years import current_school_year


@pytest.fixture
def new(cast):
    return {
        "title": "数学・中3標準",
        "subject": "maths",
        "grade": "9",
        "school_year": str(current_school_year()),
        "description": "",
        "state": "draft",
        "teachers": [str(cast.tanaka.pk)],
    }


def as_sent(course, **changes):
    return {
        "version": str(course.version),
        "title": course.title,
        "subject": course.subject,
        "grade": str(course.grade),
        "school_year": str(course.school_year),
        "description": course.description,
        "state": course.state,
        "teachers": [str(t.pk) for t in course.teachers.all()],
        **changes,
    }


def test_a_list_says_that_one_is_to_choose(cast, tanaka):
    page = tanaka.get("/teach/courses/new/").content.decode()

    assert page.count('<option value="" selected>選んでください</option>') == 2
    assert "---------" not in page


def test_a_new_course_starts_with_its_creator_this_year_as_a_draft(cast, tanaka):
    form = tanaka.get("/teach/courses/new/").context["form"]

    assert form.chosen_teachers() == [cast.tanaka]
    assert form["school_year"].value() == current_school_year()
    assert form["state"].value() == "draft"


def test_a_teacher_makes_a_course_and_builds_it_next(cast, tanaka, new):
    response = tanaka.post("/teach/courses/new/", new)

    made = Course.objects.get(title="数学・中3標準")
    assert response["Location"] == reverse("catalog:course", args=[made.pk])
    assert list(made.teachers.all()) == [cast.tanaka]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "講座名を入力してください"),
        ("title", "　 ", "講座名を入力してください"),
        ("subject", "", "教科を選んでください"),
        ("grade", "", "学年を選んでください"),
        ("teachers", [], "担当講師を1人以上選んでください"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(tanaka, new, field, value, sentence):
    new |= {"description": "夏までに一次関数まで", field: value}

    page = tanaka.post("/teach/courses/new/", new)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "夏までに一次関数まで" in page.content.decode()
    assert not Course.objects.filter(title="数学・中3標準").exists()


@pytest.mark.parametrize("teachers", [["x"], ["9" * 30], ["-1"], ["0"]])
def test_nonsense_for_a_teacher_is_refused(tanaka, new, teachers):
    assert tanaka.post("/teach/courses/new/", new | {"teachers": teachers}).status_code == 422


def test_a_student_cannot_be_made_a_teacher(cast, tanaka, new):
    page = tanaka.post("/teach/courses/new/", new | {"teachers": [cast.haruna.pk]})

    assert page.status_code == 422
    assert "選べない人が含まれています" in page.content.decode()


def test_a_teacher_adds_a_colleague(cast, tanaka):
    changes = {"teachers": [cast.tanaka.pk, cast.suzuki.pk]}

    tanaka.post(f"/teach/courses/{cast.maths.pk}/edit/", as_sent(cast.maths, **changes))

    assert set(cast.maths.teachers.all()) == {cast.tanaka, cast.suzuki}


def test_the_last_teacher_cannot_be_removed(cast, tanaka):
    page = tanaka.post(f"/teach/courses/{cast.maths.pk}/edit/", as_sent(cast.maths, teachers=[]))

    assert page.status_code == 422
    assert list(cast.maths.teachers.all()) == [cast.tanaka]


def test_who_leaves_a_course_to_a_colleague_comes_back_to_the_list(cast, tanaka):
    response = tanaka.post(
        f"/teach/courses/{cast.maths.pk}/edit/", as_sent(cast.maths, teachers=[cast.suzuki.pk])
    )

    assert response["Location"] == "/teach/courses/"
    assert tanaka.get(f"/teach/courses/{cast.maths.pk}/").status_code == 404


def test_a_teacher_who_has_left_the_school_stays_on_the_course_until_taken_off(cast, tanaka):
    cast.maths.teachers.add(cast.suzuki)
    User.objects.filter(pk=cast.suzuki.pk).update(is_active=False)

    response = tanaka.post(f"/teach/courses/{cast.maths.pk}/edit/", as_sent(cast.maths))

    assert response.status_code == 302
    assert cast.maths.teachers.count() == 2


def test_the_second_of_two_saves_sees_what_the_first_one_wrote_and_loses_nothing(
    cast, tanaka, suzuki
):
    url = f"/teach/courses/{cast.maths.pk}/edit/"
    seen = as_sent(cast.maths)
    tanaka.post(url, seen | {"title": "田中の題名"})

    page = suzuki.post(url, seen | {"title": "鈴木の題名", "description": "鈴木の紹介文"})

    text = page.content.decode()
    assert page.status_code == 409
    assert "他の講師が先に保存しました" in text
    assert "田中の題名" in text
    assert 'value="鈴木の題名"' in text
    assert "鈴木の紹介文" in text
    cast.maths.refresh_from_db()
    assert cast.maths.title == "田中の題名"

    version = page.context["form"]["version"].value()
    suzuki.post(url, seen | {"title": "鈴木の題名", "version": version})
    cast.maths.refresh_from_db()
    assert cast.maths.title == "鈴木の題名"


def test_colleagues_who_save_the_same_need_not_decide_anything(cast, tanaka, suzuki):
    url = f"/teach/courses/{cast.maths.pk}/edit/"
    same = as_sent(cast.maths, title="同じ題名")
    tanaka.post(url, same)

    assert suzuki.post(url, same).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "0", "-3", "9" * 30])
def test_a_version_that_makes_no_sense_overwrites_nothing(cast, tanaka, version):
    changes = {"title": "別の題名", "version": version}

    page = tanaka.post(f"/teach/courses/{cast.maths.pk}/edit/", as_sent(cast.maths, **changes))

    assert page.status_code == 409
    cast.maths.refresh_from_db()
    assert cast.maths.title == "数学・中2標準"


@pytest.mark.parametrize("words", ["田中", "たなか", "タナカ", "田中 健一"])
def test_the_picker_finds_teachers_by_name_or_reading(cast, suzuki, words):
    page = suzuki.get("/teach/courses/teachers/", {"teacher": words})

    assert page.context["found"] == [cast.tanaka]
    assert f'data-add="{cast.tanaka.pk}"' in page.content.decode()


@pytest.mark.parametrize("words", ["", " ", "陽菜", "%", "洋子"])
def test_the_picker_offers_no_students_and_nobody_unasked(cast, tanaka, words):
    assert tanaka.get("/teach/courses/teachers/", {"teacher": words}).context["found"] == []
