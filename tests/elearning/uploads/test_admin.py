"""The operators' list of uploads."""

import pytest
from django.urls import reverse

from elearning.uploads.models import Upload

from .conftest import sha256


@pytest.fixture
def office_client(cast, sign_in):
    return sign_in(cast.midori)


def test_uploads_are_found_by_name_and_owner(browser, mp4, office_client):
    browser.begin("速さの問題.mp4", mp4)
    for words in ("速さ", "tanaka", "田中"):
        page = office_client.get(reverse("admin:uploads_upload_changelist"), {"q": words})
        assert "速さの問題.mp4" in page.content.decode()
    page = office_client.get(reverse("admin:uploads_upload_changelist"), {"q": "英語"})
    assert "速さの問題.mp4" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_queries_at_any_length(
    browser, mp4, office_client, django_assert_num_queries, count
):
    for number in range(count):
        browser.begin(f"{number}.mp4", mp4)
    url = reverse("admin:uploads_upload_changelist")
    office_client.get(url)
    with django_assert_num_queries(6):
        assert office_client.get(url).status_code == 200


def test_a_refused_one_says_why(browser, office_client):
    upload = browser.send("授業.mp4", b"MZ" + bytes(500))
    page = office_client.get(reverse("admin:uploads_upload_change", args=[upload.pk]))
    assert "プログラム（実行ファイル）" in page.content.decode()


def test_only_the_owner_can_be_changed_and_nothing_removed(browser, mp4, office_client, cast):
    upload = browser.begin("a.mp4", mp4)
    url = reverse("admin:uploads_upload_change", args=[upload.pk])
    office_client.post(url, {"owner": cast.suzuki.pk, "state": "published", "name": "b.mp4"})
    upload.refresh_from_db()
    assert (upload.owner, upload.state, upload.name) == (cast.suzuki, "pending", "a.mp4")
    assert office_client.get(reverse("admin:uploads_upload_add")).status_code == 403
    delete = reverse("admin:uploads_upload_delete", args=[upload.pk])
    assert office_client.post(delete, {"post": "yes"}).status_code == 403


def test_a_check_that_hangs_can_be_started_again(
    browser, mp4, office_client, django_capture_on_commit_callbacks
):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    Upload.objects.filter(pk=upload.pk).update(state="uploaded")
    with django_capture_on_commit_callbacks(execute=True):
        office_client.post(
            reverse("admin:uploads_upload_changelist"),
            {"action": "recheck", "_selected_action": [str(upload.pk)]},
        )
    upload.refresh_from_db()
    assert (upload.state, upload.sha256) == ("verified", sha256(mp4))


def test_teachers_have_no_business_there(browser, mp4):
    browser.begin("a.mp4", mp4)
    assert browser.client.get(reverse("admin:uploads_upload_changelist")).status_code == 302
