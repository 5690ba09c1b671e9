import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClassMembership


def pages(cast) -> list[str]:
    return [
        reverse("reports:class", args=[cast.class_a.pk]),
        reverse("reports:class_csv", args=[cast.class_a.pk]),
        reverse("reports:student", args=[cast.class_a.pk, cast.haruna.pk]),
    ]


def test_the_teacher_of_the_class_and_the_office_see_it(cast, sign_in):
    for who in (cast.tanaka, cast.midori):
        client = sign_in(who)
        for page in [reverse("reports:classes"), *pages(cast)]:
            assert client.get(page).status_code == 200


def test_for_a_teacher_of_another_class_there_is_no_such_class(cast, sign_in):
    client = sign_in(cast.suzuki)
    for page in pages(cast):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("who", ["haruna", "yoko"])
def test_students_and_guardians_are_refused(cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    for page in [reverse("reports:classes"), *pages(cast)]:
        assert client.get(page).status_code == 403


def test_a_student_of_another_class_is_not_found_in_this_one(cast, sign_in):
    page = reverse("reports:student", args=[cast.class_a.pk, cast.sota.pk])
    assert sign_in(cast.tanaka).get(page).status_code == 404
    assert sign_in(cast.midori).get(page).status_code == 404


def test_who_has_left_the_class_is_not_found_any_more(cast, sign_in):
    ClassMembership.objects.filter(student=cast.haruna).update(left_on=timezone.localdate())
    client = sign_in(cast.tanaka)
    page = reverse("reports:student", args=[cast.class_a.pk, cast.haruna.pk])
    assert client.get(page).status_code == 404
    matrix = client.get(reverse("reports:class", args=[cast.class_a.pk]))
    assert "佐藤 陽菜" not in matrix.text


def test_the_pages_are_only_read(cast, sign_in):
    client = sign_in(cast.tanaka)
    for page in [reverse("home"), reverse("reports:classes"), *pages(cast)]:
        assert client.post(page).status_code == 405
