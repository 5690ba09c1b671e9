"""Announcing a part: what it binds, whom it is answered, and what the answer says."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from elearning.storage.errors import StoreUnavailable
from elearning.uploads.models import Upload, UploadPart
from elearning.uploads.stores.local import LocalStore

from .conftest import PART, piece, sha256


def test_the_answer_says_where_and_how_to_send_it(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    known = sha256(piece(mp4, 2))
    assert browser.announce(upload, 2, known).json() == {
        "number": 2,
        "method": "PUT",
        "url": reverse("uploads:part", args=[upload.pk, 2]),
        "headers": {"Content-Type": "application/octet-stream", "X-Part-SHA256": known},
        "fields": None,
    }


def test_what_is_only_announced_is_not_there(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    assert browser.get(upload).json()["parts"] == []
    assert 1 in browser.complete(upload).json()["missing"]


def test_announced_again_it_is_answered_again(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    first = browser.announce(upload, 1, sha256(piece(mp4, 1)))
    again = browser.announce(upload, 1, sha256(piece(mp4, 1)).upper())
    assert first.json() == again.json()
    assert UploadPart.objects.count() == 1


def test_another_checksum_for_the_same_part_tells_that_the_file_was_changed(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    answer = browser.announce(upload, 1, sha256(b"other"))
    assert answer.status_code == 409
    assert answer.json()["changed"] is True
    assert "中身が変わりました" in answer.json()["error"]
    assert upload.parts.get().sha256 == sha256(piece(mp4, 1))


def test_bytes_other_than_announced_are_not_kept(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    answer = browser.put(upload, 1, b"x" * PART)
    assert answer.status_code == 409
    assert answer.json()["changed"] is True
    assert browser.get(upload).json()["parts"] == []


def test_a_browser_without_checksums_may_send_to_this_disk(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    target = browser.announce(upload, 1, "").json()
    assert "X-Part-SHA256" not in target["headers"]
    assert browser.put(upload, 1, piece(mp4, 1)).status_code == 200
    assert upload.parts.get().sha256 == sha256(piece(mp4, 1))


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"number": true, "sha256": ""}', '{"number": 1}', '{"number": "1"}']
)
def test_a_request_that_names_no_part_is_refused(browser, mp4, body):
    upload = browser.begin("a.mp4", mp4)
    answer = browser.client.post(
        reverse("uploads:parts", args=[upload.pk]), data=body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "もう一度お試しください" in answer.json()["error"]


@pytest.mark.parametrize("known", ["x", "0" * 63, "../../etc/passwd"])
def test_a_checksum_that_is_none_is_refused(browser, mp4, known):
    upload = browser.begin("a.mp4", mp4)
    assert browser.announce(upload, 1, known).status_code == 422
    assert not UploadPart.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 99])
def test_a_part_that_the_file_does_not_have_is_not_found(browser, mp4, number):
    upload = browser.begin("a.mp4", mp4)
    assert browser.announce(upload, number, "").status_code == 404


def test_nothing_is_announced_for_what_is_complete_or_cancelled(browser, mp4):
    upload = browser.send("a.mp4", mp4)
    assert browser.announce(upload, 1, sha256(piece(mp4, 1))).status_code == 409
    other = browser.begin("b.mp4", mp4)
    browser.delete(other)
    assert browser.announce(other, 1, sha256(piece(mp4, 1))).status_code == 409


def test_an_upload_of_someone_else_is_useless(browser, mp4, cast, sign_in):
    upload = browser.begin("a.mp4", mp4)
    for stranger in (cast.suzuki, cast.midori, cast.haruna):
        browser.client = sign_in(stranger)
        assert browser.announce(upload, 1, sha256(piece(mp4, 1))).status_code == 404
    assert not UploadPart.objects.exists()


def test_announcing_is_a_sign_of_life(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    long_ago = timezone.now() - datetime.timedelta(days=2)
    Upload.objects.update(touched_at=long_ago)
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    upload.refresh_from_db()
    assert upload.touched_at > timezone.now() - datetime.timedelta(minutes=1)


@pytest.mark.parametrize("step", ["announce", "look", "complete"])
def test_a_store_that_does_not_answer_is_said_and_asked_again(browser, mp4, monkeypatch, step):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)

    def away(self, *args):
        raise StoreUnavailable

    monkeypatch.setattr(LocalStore, "stored", away)
    monkeypatch.setattr(LocalStore, "target", away)
    answer = {
        "announce": lambda: browser.announce(upload, 1, sha256(piece(mp4, 1))),
        "look": lambda: browser.get(upload),
        "complete": lambda: browser.complete(upload),
    }[step]()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "3"
    assert "届いた分は残っています" in answer.json()["error"]
    upload.refresh_from_db()
    assert upload.state == "pending"


def test_parts_of_a_store_that_was_exchanged_are_sent_anew(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4, [1, 2])
    Upload.objects.update(place="s3:before-the-move")
    assert browser.get(upload).json()["parts"] == []
    browser.announce(upload, 1, sha256(piece(mp4, 1)))
    upload.refresh_from_db()
    assert upload.place == "local"
