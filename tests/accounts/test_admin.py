"""The office keeps people and classes."""

import json

import pytest

from accounts.models import ClassGroup, ClassMembership, Guardianship, Role, User
from tests.cast import PASSWORD, join, person

PEOPLE = "/admin/accounts/user/"


def found(client, term):
    listed = client.get(PEOPLE, {"q": term}).context["cl"].result_list
    return {one.username for one in listed}


@pytest.mark.parametrize(
    "term",
    [
        "佐藤",
        "陽菜",
        "佐藤陽菜",
        "佐藤 陽菜",
        "さとう ひな",
        "さとうひな",
        "サトウ",
        "サトウヒナ",
        "harun",
    ],
)
def test_people_are_found_by_name_kana_and_sign_in_name(office, cast, term):
    names = found(office, term)
    assert "haruna" in names
    assert "ren" not in names


def test_lists_are_narrowed_by_role_grade_campus_and_use(office, cast):
    page = office.get(PEOPLE, {"role__exact": "teacher", "is_active__exact": "1"})
    assert {one.username for one in page.context["cl"].result_list} == {"tanaka", "suzuki"}
    filters = {spec.title for spec in page.context["cl"].filter_specs}
    assert {"役割", "学年", "校舎", "有効"} <= filters


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_and_forms_ask_as_much_for_one_row_as_for_thirty(
    office, cast, django_assert_max_num_queries, rows
):
    for number in range(rows - 1):
        one = person(f"p{number}", "生", "徒", "せい と", Role.STUDENT, campus=cast.campus)
        join(cast.class_a, one)
        join(
            ClassGroup.objects.create(name=f"c{number}", campus=cast.campus, school_year=2026),
            cast.haruna,
        )
        Guardianship.objects.create(guardian=cast.yoko, child=one)
    for path, most in {
        PEOPLE: 8,
        f"{PEOPLE}{cast.haruna.pk}/change/": 12,
        f"{PEOPLE}{cast.yoko.pk}/change/": 12,
        "/admin/accounts/classgroup/": 10,
        f"/admin/accounts/classgroup/{cast.class_a.pk}/change/": 12,
    }.items():
        with django_assert_max_num_queries(most):
            assert office.get(path).status_code == 200


def test_no_form_carries_a_list_of_everybody(office, cast):
    for number in range(12):
        person(f"extra{number}", "余", f"分{number}", "よ ぶん", Role.STUDENT)
    for path in (
        f"{PEOPLE}add/",
        f"{PEOPLE}{cast.haruna.pk}/change/",
        f"{PEOPLE}{cast.yoko.pk}/change/",
        "/admin/accounts/classgroup/add/",
        f"/admin/accounts/classgroup/{cast.class_a.pk}/change/",
    ):
        assert "分7" not in office.get(path).content.decode()


@pytest.mark.parametrize(
    ("model", "field", "expected"),
    [
        ("classmembership", "student", {"佐藤 陽菜", "石川 蓮", "髙橋 颯太"}),
        ("guardianship", "guardian", {"佐藤 洋子", "髙橋 健司"}),
        ("classgroup", "teachers", {"田中 健一", "鈴木 恵", "運営 みどり"}),
    ],
)
def test_fields_that_look_people_up_offer_those_who_make_sense(
    office, cast, model, field, expected
):
    answer = office.get(
        "/admin/autocomplete/",
        {"app_label": "accounts", "model_name": model, "field_name": field, "term": ""},
    )
    assert {row["text"] for row in json.loads(answer.content)["results"]} == expected


def change_form(page):
    """What the browser would send back of this form, untouched."""
    data = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None else value
    return {name: value for name, value in data.items() if value is not False}


def save(client, path, **more):
    form = change_form(client.get(path)) | more
    response = client.post(path, form)
    assert response.status_code == 302, response.context["errors"]


def test_a_person_is_changed_and_stays_the_same_person(office, cast):
    path = f"{PEOPLE}{cast.haruna.pk}/change/"
    save(office, path, family_name="鈴木", email="Haruna@Example.com")
    cast.haruna.refresh_from_db()
    assert cast.haruna.family_name == "鈴木"
    assert cast.haruna.email == "haruna@example.com"
    assert cast.haruna.check_password(PASSWORD)


def prefix_of(client, path, name):
    formsets = client.get(path).context["inline_admin_formsets"]
    return next(one.formset.prefix for one in formsets if type(one.opts).__name__ == name)


def test_guardians_and_classes_are_added_beside_the_person(office, cast):
    path = f"{PEOPLE}{cast.haruna.pk}/change/"
    guardians = prefix_of(office, path, "NewGuardians")
    classes = prefix_of(office, path, "NewClasses")
    save(
        office,
        path,
        **{
            f"{guardians}-TOTAL_FORMS": 1,
            f"{guardians}-0-guardian": cast.kenji.pk,
            f"{guardians}-0-child": cast.haruna.pk,
            f"{classes}-TOTAL_FORMS": 1,
            f"{classes}-0-class_group": cast.class_b.pk,
            f"{classes}-0-student": cast.haruna.pk,
        },
    )
    assert set(cast.haruna.guardians.all()) == {cast.yoko, cast.kenji}
    assert set(cast.haruna.class_groups.all()) == {cast.class_a, cast.class_b}


def test_adding_whom_one_already_has_is_sent_back(office, cast):
    path = f"/admin/accounts/classgroup/{cast.class_a.pk}/change/"
    students = prefix_of(office, path, "NewStudents")
    form = change_form(office.get(path)) | {
        f"{students}-TOTAL_FORMS": 1,
        f"{students}-0-student": cast.haruna.pk,
        f"{students}-0-class_group": cast.class_a.pk,
    }
    page = office.post(path, form)
    assert "すでにこのクラスに登録されています。" in page.content.decode()
    assert ClassMembership.objects.filter(student=cast.haruna).count() == 1


def test_who_leaves_a_class_gets_a_date_and_keeps_the_row(office, cast):
    path = f"/admin/accounts/classgroup/{cast.class_a.pk}/change/"
    standing = prefix_of(office, path, "StandingStudents")
    # Sorted by kana: Ishikawa before Sato.
    save(office, path, **{f"{standing}-1-left_on": "2026-11-30"})
    row = ClassMembership.objects.get(student=cast.haruna)
    assert row.left_on.isoformat() == "2026-11-30"
    assert ClassMembership.objects.get(student=cast.ren).left_on is None


def test_people_are_switched_off_and_on_again_and_not_deleted(office, cast, client):
    cast.haruna.last_login = cast.haruna.created_at
    cast.haruna.save(update_fields=["last_login"])
    assert office.get(f"{PEOPLE}{cast.haruna.pk}/delete/").status_code == 403
    assert "delete_selected" not in office.get(PEOPLE).content.decode()
    for action, active in (("stop_use", False), ("resume_use", True)):
        office.post(PEOPLE, {"action": action, "_selected_action": [cast.haruna.pk]})
        cast.haruna.refresh_from_db()
        assert cast.haruna.is_active is active


def test_somebody_entered_by_mistake_can_be_deleted(office, cast):
    made = person("mistake", "誤", "記", "ご き", Role.STUDENT)
    assert office.post(f"{PEOPLE}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="mistake").exists()


def test_a_clerk_gives_no_powers_and_touches_no_superuser(clerk, cast):
    assert clerk.get(f"{PEOPLE}{cast.haruna.pk}/change/").status_code == 200
    form = change_form(clerk.get(f"{PEOPLE}{cast.haruna.pk}/change/"))
    clerk.post(f"{PEOPLE}{cast.haruna.pk}/change/", {**form, "is_superuser": "on"})
    cast.haruna.refresh_from_db()
    assert not cast.haruna.is_superuser
    assert clerk.get(f"{PEOPLE}{cast.midori.pk}/password/").status_code == 403
    assert clerk.post(f"{PEOPLE}{cast.midori.pk}/change/", {"username": "x"}).status_code == 403
    issue = {"action": "issue_passwords", "_selected_action": [cast.midori.pk], "confirmed": "1"}
    clerk.post(PEOPLE, issue)
    clerk.post(PEOPLE, {"action": "stop_use", "_selected_action": [cast.midori.pk]})
    cast.midori.refresh_from_db()
    assert cast.midori.check_password(PASSWORD)
    assert cast.midori.is_active


def test_secrets_and_unused_tables_are_not_in_the_admin(office):
    text = office.get("/admin/").content.decode()
    assert "/admin/mfa/" not in text
    assert "/admin/account/" not in text


def test_the_office_finds_classes_and_campuses(office, cast):
    page = office.get("/admin/accounts/classgroup/", {"q": "渋谷 数学"})
    assert [group.student_count for group in page.context["cl"].result_list] == [2]
    page = office.get("/admin/accounts/campus/", {"q": "渋谷"})
    assert page.context["cl"].result_count == 1


def test_the_office_sees_which_students_are_in_no_class_this_year(office, cast):
    ClassMembership.objects.filter(student=cast.sota).update(left_on="2026-11-01")
    page = office.get(PEOPLE, {"without_class": "2026"})
    assert {one.username for one in page.context["cl"].result_list} == {"sota"}
    assert office.get(PEOPLE, {"without_class": "nonsense"}).status_code == 200
