"""The office's tables of enrolments and progress."""

import pytest
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.enrolment.models import ClassCourse, Enrolment, Progress, StudyDay
from tests.cast import person


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.midori)


def table(model: str) -> str:
    return reverse(f"admin:enrolment_{model}_changelist")


def form(model: str, row) -> str:
    return reverse(f"admin:enrolment_{model}_change", args=[row.pk])


@pytest.fixture
def records(cast):
    Progress.objects.create(student=cast.haruna, activity=cast.note, seconds=90)
    StudyDay.objects.create(student=cast.haruna, day="2026-11-20", seconds=90)


@pytest.mark.parametrize("model", ["enrolment", "classcourse", "progress", "studyday"])
@pytest.mark.parametrize("words", ["", "佐藤", "さとう", "数学"])
def test_every_table_opens_and_searches(office, records, model, words):
    assert office.get(table(model), {"q": words}).status_code == 200


def test_enrolments_are_found_by_reading_and_by_course(office, cast):
    found = office.get(table("enrolment"), {"q": "さとう 数学"}).context["cl"].queryset

    assert [row.student for row in found] == [cast.haruna]


def test_enrolments_are_filtered_by_whether_they_go_on(office, cast):
    Enrolment.objects.filter(student=cast.ren).update(ended_at=timezone.now())

    going = office.get(table("enrolment"), {"current": "yes"}).context["cl"].queryset
    ended = office.get(table("enrolment"), {"current": "no"}).context["cl"].queryset

    assert {row.student for row in going} == {cast.haruna, cast.sota}
    assert {row.student for row in ended} == {cast.ren}


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("model", ["enrolment", "progress", "studyday"])
def test_tables_cost_the_same_with_any_number_of_rows(office, cast, model, rows):
    for number in range(rows):
        one = person(f"s{number}", "生徒", str(number), "せいと だれか", "student")
        Enrolment.objects.create(student=one, course=cast.maths, individual=True)
        Progress.objects.create(student=one, activity=cast.note)
        StudyDay.objects.create(student=one, day="2026-11-20", seconds=1)
    expected = {"enrolment": 5, "progress": 5, "studyday": 4}

    with TestCase().assertNumQueries(expected[model]):
        office.get(table(model))


def test_the_forms_offer_no_list_of_everyone(office, cast):
    for number in range(5):
        person(f"s{number}", "名簿外", str(number), "せいと だれか", "student")
    enrolment = Enrolment.objects.get(student=cast.haruna)
    add = reverse("admin:enrolment_enrolment_add")

    for url in (add, form("enrolment", enrolment), reverse("admin:enrolment_classcourse_add")):
        assert "名簿外" not in office.get(url).content.decode()


def test_enrolling_a_single_student_outlasts_his_classes(office, cast):
    office.post(
        reverse("admin:enrolment_enrolment_add"),
        {"student": cast.sota.pk, "course": cast.maths.pk},
    )

    added = Enrolment.objects.get(student=cast.sota, course=cast.maths)
    assert (added.individual, added.ended_at) == (True, None)


def test_only_students_are_enrolled(office, cast):
    response = office.post(
        reverse("admin:enrolment_enrolment_add"),
        {"student": cast.tanaka.pk, "course": cast.maths.pk},
    )

    assert "生徒を選んでください。" in response.content.decode()
    assert not Enrolment.objects.filter(student=cast.tanaka).exists()


def test_without_a_student_the_form_says_so(office, cast):
    response = office.post(
        reverse("admin:enrolment_enrolment_add"), {"student": "999", "course": cast.maths.pk}
    )

    assert response.status_code == 200
    assert response.context["adminform"].form.errors["student"]


def test_no_longer_individual_and_in_no_class_ends(office, cast):
    mine = Enrolment.objects.create(student=cast.sota, course=cast.maths, individual=True)

    office.post(form("enrolment", mine), {"ended_at_0": "", "ended_at_1": ""})

    mine.refresh_from_db()
    assert mine.individual is False
    assert mine.ended_at is not None


def test_the_end_of_an_enrolment_through_a_class_is_not_for_typing(office, cast):
    hers = Enrolment.objects.get(student=cast.haruna)

    assert 'name="ended_at_0"' not in office.get(form("enrolment", hers)).content.decode()

    hers.individual = True
    hers.save()
    assert 'name="ended_at_0"' in office.get(form("enrolment", hers)).content.decode()


def test_enrolments_are_never_deleted(office, cast):
    hers = Enrolment.objects.get(student=cast.haruna)

    delete = reverse("admin:enrolment_enrolment_delete", args=[hers.pk])
    assert office.post(delete, {"post": "yes"}).status_code == 403


def test_a_class_enrolled_in_the_admin_brings_its_students(office, cast):
    office.post(
        reverse("admin:enrolment_classcourse_add"),
        {"class_group": cast.class_a.pk, "course": cast.english.pk},
    )
    assert Enrolment.objects.filter(student=cast.haruna, course=cast.english).exists()

    pair = ClassCourse.objects.get(class_group=cast.class_a, course=cast.english)
    office.post(
        table("classcourse"),
        {"action": "delete_selected", "_selected_action": [pair.pk], "post": "yes"},
    )
    assert Enrolment.objects.get(student=cast.haruna, course=cast.english).ended_at is not None


@pytest.mark.parametrize("model", ["progress", "studyday"])
def test_what_students_did_is_for_reading(office, records, model):
    row = (Progress if model == "progress" else StudyDay).objects.get()

    assert office.get(form(model, row)).status_code == 200
    assert office.post(form(model, row), {"seconds": 1}).status_code == 403
    assert office.get(reverse(f"admin:enrolment_{model}_add")).status_code == 403
    delete = reverse(f"admin:enrolment_{model}_delete", args=[row.pk])
    assert office.post(delete, {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.seconds == 90
