"""The protocol over HTTP: parts, resuming, completing, cancelling; whose it is."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory
from django.urls import reverse

from elearning.uploads import views
from elearning.uploads.models import Upload, UploadPart

from .conftest import PART, piece, sha256


def parts_on_disk(settings, upload):
    folder = settings.UPLOAD_PARTS_DIR / str(upload.pk)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_video_goes_all_the_way(browser, mp4, settings):
    upload = browser.send("速さの問題.mp4", mp4)
    assert upload.state == "verified", upload.reason
    assert upload.content_type == "video/mp4"
    assert upload.sha256 == sha256(mp4)
    assert upload.duration_seconds == pytest.approx(1.0, abs=0.1)
    assert (upload.width, upload.height) == (96, 64)
    assert upload.key == f"verified/{upload.pk}"
    assert upload.completed_at <= upload.verified_at
    with default_storage.open(upload.key) as file:
        assert file.read() == mp4
    assert parts_on_disk(settings, upload) == []


def test_broken_off_half_way_and_resumed_it_is_the_same_file(browser, mp4, sign_in):
    upload = browser.begin("授業.mp4", mp4)
    half = upload.part_count // 2
    browser.put_all(upload, mp4, range(1, half + 1))

    browser.client = sign_in(browser.person)  # the browser was closed and opened again
    stored = {part["number"]: part["sha256"] for part in browser.get(upload).json()["parts"]}
    assert sorted(stored) == list(range(1, half + 1))
    assert all(sha256(piece(mp4, n)) == stored[n] for n in stored)
    missing = [n for n in range(1, upload.part_count + 1) if n not in stored]
    browser.put_all(upload, mp4, missing)
    assert browser.complete(upload).status_code == 200
    upload.refresh_from_db()
    assert (upload.state, upload.sha256) == ("verified", sha256(mp4))


def test_the_answer_to_a_part_names_what_was_stored(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    body = piece(mp4, 1)
    assert browser.put(upload, 1, body).json() == {
        "number": 1,
        "size": PART,
        "sha256": sha256(body),
    }


def test_the_same_part_again_changes_nothing(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    for _ in range(3):
        assert browser.put(upload, 2, piece(mp4, 2)).status_code == 200
    assert upload.parts.count() == 1
    assert len(parts_on_disk(settings, upload)) == 1


def test_a_part_that_was_changed_meanwhile_is_refused_and_the_first_is_kept(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    browser.put(upload, 1, piece(mp4, 1))
    answer = browser.put(upload, 1, b"x" * PART)
    assert answer.status_code == 409
    assert answer.json()["changed"] is True
    assert "中身が変わりました" in answer.json()["error"]
    assert upload.parts.get().sha256 == sha256(piece(mp4, 1))
    assert parts_on_disk(settings, upload) == [f"1.{sha256(piece(mp4, 1))}"]


@pytest.mark.parametrize("length", [0, PART - 1, PART + 1])
def test_a_part_of_the_wrong_length_is_refused(browser, mp4, settings, length):
    upload = browser.begin("a.mp4", mp4)
    answer = browser.put(upload, 1, b"x" * length)
    assert answer.status_code == 400
    assert "もう一度送ってください" in answer.json()["error"]
    assert not upload.parts.exists()
    assert parts_on_disk(settings, upload) == []


def test_a_part_changed_on_the_way_is_refused(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    answer = browser.put(upload, 1, b"x" * PART, **{"X-Part-SHA256": sha256(piece(mp4, 1))})
    assert answer.status_code == 422
    assert "途中でデータが変わって" in answer.json()["error"]
    assert not upload.parts.exists()
    assert parts_on_disk(settings, upload) == []


def test_a_checksum_that_is_none_is_refused(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    answer = browser.put(upload, 1, piece(mp4, 1), **{"X-Part-SHA256": "../../etc/passwd"})
    assert answer.status_code == 422


@pytest.mark.parametrize("number", [0, 99])
def test_a_part_that_the_file_does_not_have_is_not_found(browser, mp4, number):
    upload = browser.begin("a.mp4", mp4)
    assert browser.put(upload, number, b"x").status_code == 404


class Sparing:
    """A body that ends (or breaks) where it is told, and is never asked for much at once."""

    def __init__(self, data: bytes, fails: bool = False):
        self.data = data
        self.fails = fails
        self.asked: list[int] = []

    def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        assert 0 < size <= 64 * 1024, "the whole body must not be held in memory"
        chunk, self.data = self.data[:size], self.data[size:]
        if not chunk and self.fails:
            raise ConnectionResetError
        return chunk


def put_stream(person, upload, number, stream, **meta):
    request = RequestFactory().put(reverse("uploads:part", args=[upload.pk, number]))
    request.user = person
    for key in ("CONTENT_LENGTH",):
        request.META.pop(key, None)
    request.META.update({"wsgi.input": stream, "wsgi.input_terminated": True, **meta})
    return views.part(request, upload.pk, number)


@pytest.mark.parametrize("fails", [False, True], ids=["ends", "breaks"])
def test_a_body_cut_off_leaves_nothing_behind(browser, mp4, settings, fails):
    upload = browser.begin("a.mp4", mp4)
    stream = Sparing(piece(mp4, 1)[:600], fails)
    answer = put_stream(browser.person, upload, 1, stream)
    assert answer.status_code == 400
    assert not upload.parts.exists()
    assert parts_on_disk(settings, upload) == []


def test_a_body_of_unknown_length_is_taken_if_it_is_right(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    assert put_stream(browser.person, upload, 1, Sparing(piece(mp4, 1))).status_code == 200
    assert upload.parts.get().sha256 == sha256(piece(mp4, 1))


def test_a_body_of_unknown_length_is_not_read_beyond_its_part(browser, mp4, settings):
    settings.UPLOAD_PART_BYTES = 100_000
    upload = browser.begin("a.mp4", bytes(150_000))
    stream = Sparing(bytes(10_000_000))
    answer = put_stream(browser.person, upload, 1, stream)
    assert answer.status_code == 422
    assert "長すぎます" in answer.content.decode()
    assert len(stream.data) > 9_800_000
    assert parts_on_disk(settings, upload) == []


def test_a_large_part_is_read_in_small_pieces(browser, settings):
    settings.UPLOAD_PART_BYTES = 1024 * 1024
    upload = browser.begin("a.mp4", bytes(1024 * 1024))
    stream = Sparing(bytes(1024 * 1024))
    assert put_stream(browser.person, upload, 1, stream).status_code == 200
    assert len(stream.asked) >= 16


def test_a_full_disk_is_said_and_nothing_is_lost(browser, mp4, monkeypatch):
    import errno
    import os

    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4, [1])

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = browser.put(upload, 2, piece(mp4, 2))
    assert answer.status_code == 507
    assert "空き容量" in answer.json()["error"]
    assert [part.number for part in upload.parts.all()] == [1]


def test_completing_too_early_names_what_is_missing(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4, [1, 3])
    answer = browser.complete(upload)
    assert answer.status_code == 409
    expected = [n for n in range(1, upload.part_count + 1) if n not in (1, 3)]
    assert answer.json()["missing"] == expected
    upload.refresh_from_db()
    assert upload.state == "pending"


def test_completing_twice_is_fine(browser, mp4):
    upload = browser.send("a.mp4", mp4)
    again = browser.complete(upload)
    assert again.status_code == 200
    assert again.json()["state"] == "verified"


def test_a_part_whose_first_answer_was_lost_is_fine_after_completing(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4)
    Upload.objects.filter(pk=upload.pk).update(state="uploaded")
    assert browser.put(upload, 1, piece(mp4, 1)).status_code == 200
    assert browser.put(upload, 1, b"x" * PART).status_code == 409
    assert upload.parts.get(number=1).sha256 == sha256(piece(mp4, 1))
    assert f"1.{sha256(b'x' * PART)}" not in parts_on_disk(settings, upload)


def test_cancelling_removes_the_parts_and_takes_no_more(browser, mp4, settings):
    upload = browser.begin("a.mp4", mp4)
    browser.put_all(upload, mp4, [1, 2])
    answer = browser.delete(upload)
    assert answer.json()["state"] == "aborted"
    assert parts_on_disk(settings, upload) == []
    assert browser.delete(upload).status_code == 200
    assert browser.put(upload, 3, piece(mp4, 3)).status_code == 409
    assert browser.complete(upload).status_code == 409
    assert parts_on_disk(settings, upload) == []


def test_a_checked_file_can_not_be_cancelled(browser, mp4):
    upload = browser.send("a.mp4", mp4)
    answer = browser.delete(upload)
    assert answer.status_code == 409
    assert "取り消せません" in answer.json()["error"]
    assert default_storage.exists(upload.key)


def test_nobody_else_sees_or_touches_it(browser, mp4, cast, sign_in):
    upload = browser.begin("a.mp4", mp4)
    for stranger in (cast.suzuki, cast.midori, cast.haruna):
        browser.client = sign_in(stranger)
        assert browser.get(upload).status_code == 404
        assert browser.put(upload, 1, piece(mp4, 1)).status_code == 404
        assert browser.complete(upload).status_code == 404
        assert browser.delete(upload).status_code == 404
    assert not UploadPart.objects.exists()
    upload.refresh_from_db()
    assert upload.state == "pending"


def test_without_signing_in_nothing_is_taken(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    browser.client = Client()
    answer = browser.put(upload, 1, piece(mp4, 1))
    assert answer.status_code == 302
    assert not UploadPart.objects.exists()


def test_a_part_needs_the_csrf_token_and_its_body_is_left_alone(cast, browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.tanaka, backend="accounts.backends.SignInBackend")
    browser.client = client
    assert browser.put(upload, 1, piece(mp4, 1)).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    assert browser.put(upload, 1, piece(mp4, 1), **{"X-CSRFToken": "a" * 32}).status_code == 200
    assert upload.parts.get().sha256 == sha256(piece(mp4, 1))


@pytest.mark.parametrize(
    ("name", "method"), [("detail", "post"), ("part", "post"), ("complete", "get")]
)
def test_other_methods_are_not_allowed(browser, mp4, name, method):
    upload = browser.begin("a.mp4", mp4)
    args = [upload.pk, 1] if name == "part" else [upload.pk]
    answer = getattr(browser.client, method)(reverse(f"uploads:{name}", args=args))
    assert answer.status_code == 405


def test_progress_is_never_cached(browser, mp4):
    upload = browser.begin("a.mp4", mp4)
    assert browser.get(upload)["Cache-Control"] == "no-store"
