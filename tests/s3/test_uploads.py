"""Uploads straight to the store: sent, resumed, checked, published; and what can't be misused."""

import hashlib
import os
from dataclasses import asdict

import pytest
import requests
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from elearning.storage.bucket import Bucket
from elearning.storage.current import material_storage
from elearning.storage.errors import Changed
from elearning.uploads import limits, scanning, services, verification
from elearning.uploads.models import Upload, UploadPart
from elearning.uploads.stores import current_store

PART = 5 * 1024 * 1024  # the least that S3 takes


@pytest.fixture(autouse=True)
def _small_parts(settings):
    settings.UPLOAD_PART_BYTES = PART


@pytest.fixture
def film(mp4) -> bytes:
    """A real film of two parts and a bit: noise in a `free` box behind it."""
    noise = os.urandom(2 * PART + 1234 - len(mp4) - 8)
    return mp4 + (len(noise) + 8).to_bytes(4, "big") + b"free" + noise


class Sender:
    """A teacher's browser: announces to the application, sends to the store."""

    def __init__(self, client, person):
        self.client = client
        self.person = person

    def begin(self, name: str, data: bytes) -> Upload:
        return services.begin(
            owner=self.person, category=limits.category_of(name), name=name, size=len(data)
        )

    def announce(self, upload: Upload, number: int, body: bytes):
        return self.client.post(
            reverse("uploads:parts", args=[upload.pk]),
            data={"number": number, "sha256": hashlib.sha256(body).hexdigest()},
            content_type="application/json",
        )

    def put(self, upload: Upload, number: int, body: bytes, announced: bytes | None = None):
        target = self.announce(upload, number, body if announced is None else announced).json()
        return send(target, body)

    def put_all(self, upload: Upload, data: bytes, numbers=None) -> None:
        for number in numbers or range(1, upload.part_count + 1):
            answer = self.put(upload, number, piece(upload, data, number))
            assert answer.status_code in (200, 201, 204), answer.text

    def stored(self, upload: Upload) -> list[int]:
        answer = self.client.get(reverse("uploads:detail", args=[upload.pk]))
        return [part["number"] for part in answer.json()["parts"]]

    def complete(self, upload: Upload):
        return self.client.post(
            reverse("uploads:complete", args=[upload.pk]), content_type="application/json"
        )

    def send(self, name: str, data: bytes) -> Upload:
        upload = self.begin(name, data)
        self.put_all(upload, data)
        assert self.complete(upload).status_code == 200
        verification.verify(upload.pk)
        upload.refresh_from_db()
        return upload


def send(target: dict, body: bytes):
    if target["method"] == "POST":
        return requests.post(target["url"], data=target["fields"], files={"file": body}, timeout=30)
    return requests.put(target["url"], data=body, headers=target["headers"], timeout=30)


def piece(upload: Upload, data: bytes, number: int) -> bytes:
    return data[upload.part_size * (number - 1) : upload.part_size * number]


def kept(prefix: str = "") -> list[str]:
    return sorted(found.key for found in material_storage().list(prefix))


def under_way() -> list[str]:
    """The multipart uploads that the store knows."""
    answer = default_storage.client.list_multipart_uploads(Bucket=default_storage.bucket_name)
    return [found["Key"] for found in answer.get("Uploads", [])]


@pytest.fixture
def sender(bucket, cast, sign_in) -> Sender:
    return Sender(sign_in(cast.tanaka), cast.tanaka)


# --- The whole way ------------------------------------------------------------------------


def test_a_film_in_parts_arrives_as_it_was(sender, film):
    upload = sender.send("速さの問題.mp4", film)
    assert (upload.state, upload.reason) == ("verified", "")
    assert upload.sha256 == hashlib.sha256(film).hexdigest()
    assert upload.content_type == "video/mp4"
    assert kept() == [f"verified/{upload.pk}"]
    with default_storage.open(upload.key) as file:
        assert file.read() == film
    assert under_way() == []


def test_a_small_file_goes_with_one_form(sender, picture):
    data = picture()
    upload = sender.begin("図.png", data)
    target = sender.announce(upload, 1, data).json()
    assert target["method"] == "POST"
    assert send(target, data).status_code == 201
    assert under_way() == []
    sender.complete(upload)
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "verified"
    assert kept() == [f"verified/{upload.pk}"]


def test_a_published_file_says_its_type_itself(sender, film):
    upload = sender.send("a.mp4", film)
    found = default_storage.client.head_object(Bucket=default_storage.bucket_name, Key=upload.key)
    assert found["ContentType"] == "video/mp4"


def test_what_was_sent_is_known_after_a_reload_a_day_later_and_in_another_tab(
    sender, film, sign_in
):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film, [1, 3])
    Upload.objects.update(touched_at=timezone.now() - timezone.timedelta(hours=23))
    sender.client = sign_in(sender.person)
    assert sender.stored(upload) == [1, 3]
    assert sender.complete(upload).json()["missing"] == [2]
    sender.put_all(upload, film, [2])
    assert sender.complete(upload).status_code == 200
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert upload.sha256 == hashlib.sha256(film).hexdigest()


def test_more_parts_than_the_store_lists_at_once_are_all_found(sender, film, monkeypatch):
    client = type(default_storage.client)
    real = client._make_api_call

    def one_at_a_time(self, name, params):
        return real(self, name, {**params, "MaxParts": 1} if name == "ListParts" else params)

    monkeypatch.setattr(client, "_make_api_call", one_at_a_time)
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film)
    assert sender.stored(upload) == [1, 2, 3]


# --- Broken off, twice, at once ------------------------------------------------------------


def test_two_that_open_a_place_at_once_agree_on_one(sender, film):
    upload = sender.begin("a.mp4", film)
    stale = Upload.objects.get(pk=upload.pk)
    sender.put(upload, 1, piece(upload, film, 1))
    target = services.announce_part(
        upload=stale, number=2, sha256=hashlib.sha256(piece(upload, film, 2)).hexdigest()
    )
    requests.put(target.url, data=piece(upload, film, 2), timeout=30).raise_for_status()
    assert sender.stored(upload) == [1, 2]
    assert len(under_way()) == 1


def test_an_upload_that_the_store_forgot_is_sent_anew(sender, film):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film, [1, 2])
    upload.refresh_from_db()
    current_store().discard(upload)
    assert sender.put(upload, 3, piece(upload, film, 3)).status_code == 404
    assert sender.stored(upload) == []
    sender.put_all(upload, film)
    assert sender.complete(upload).status_code == 200


def test_a_part_of_another_length_counts_as_not_there(sender, film):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film, [1])
    upload.refresh_from_db()
    default_storage.client.upload_part(
        Bucket=default_storage.bucket_name,
        Key=f"quarantine/{upload.pk}",
        UploadId=upload.place.removeprefix("s3:"),
        PartNumber=1,
        Body=b"too short",
    )
    assert sender.stored(upload) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.png"], ids=["in-parts", "small"])
def test_a_file_that_the_store_lost_before_the_check_is_asked_for_again(
    sender, film, picture, name
):
    data = film if name == "a.mp4" else picture()
    upload = sender.begin(name, data)
    sender.put_all(upload, data)
    assert sender.complete(upload).status_code == 200
    upload.refresh_from_db()
    current_store().discard(upload)
    material_storage().delete(f"quarantine/{upload.pk}")
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.key) == ("rejected", "parts_damaged", "")


def test_a_worker_that_died_after_completing_is_followed_by_another(sender, film):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film)
    sender.complete(upload)
    upload.refresh_from_db()
    current_store().assemble(upload, f"quarantine/{upload.pk}")
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "verified"


def test_a_tab_that_asks_while_the_worker_makes_one_file_of_it_forgets_no_place(sender, film):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film)
    as_the_tab_read_it = Upload.objects.get(pk=upload.pk)
    sender.complete(upload)
    upload.refresh_from_db()
    place = upload.place
    current_store().assemble(upload, f"quarantine/{upload.pk}")
    services.describe(as_the_tab_read_it)
    upload.refresh_from_db()
    assert (upload.state, upload.place) == ("uploaded", place)


def test_a_worker_that_died_after_publishing_is_followed_by_another(sender, film, monkeypatch):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film)
    sender.complete(upload)
    real = Bucket.copy

    def dies_afterwards(self, *args, **kwargs):
        real(self, *args, **kwargs)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "copy", dies_afterwards)
        with pytest.raises(SystemExit):
            verification.verify(upload.pk)
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, kept()) == ("verified", [f"verified/{upload.pk}"])


def test_cancelling_leaves_nothing_behind(sender, film, django_capture_on_commit_callbacks):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film, [1])
    with django_capture_on_commit_callbacks(execute=True):
        sender.client.delete(reverse("uploads:detail", args=[upload.pk]))
    upload.refresh_from_db()
    assert (upload.state, upload.place) == ("aborted", "")
    assert (kept(), under_way()) == ([], [])


def test_cancelled_when_it_was_whole_it_leaves_nothing_behind(
    sender, picture, django_capture_on_commit_callbacks
):
    data = picture()
    upload = sender.begin("a.png", data)
    with django_capture_on_commit_callbacks(execute=True):
        sender.put_all(upload, data)
        assert kept() == [f"quarantine/{upload.pk}"]
        sender.client.delete(reverse("uploads:detail", args=[upload.pk]))
    assert kept() == []


def test_cancelled_just_after_it_was_copied_it_leaves_nothing_behind(
    sender, picture, monkeypatch, django_capture_on_commit_callbacks
):
    data = picture()
    upload = sender.begin("a.png", data)
    sender.put_all(upload, data)
    sender.complete(upload)
    ask = Bucket.version

    def cancelled_after_the_copy(self, key):
        if self.exists(f"verified/{upload.pk}"):
            with django_capture_on_commit_callbacks(execute=True):
                services.abort(Upload.objects.get(pk=upload.pk))
        return ask(self, key)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "version", cancelled_after_the_copy)
        verification.verify(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, kept()) == ("aborted", [])


# --- What can't be misused -------------------------------------------------------------------


def test_a_part_longer_than_announced_is_refused_by_the_store(sender, film):
    upload = sender.begin("a.mp4", film)
    body = piece(upload, film, 3)
    assert sender.put(upload, 3, body + b"more", announced=body).status_code == 403
    assert sender.stored(upload) == []


@pytest.mark.parametrize("by", [-1, 1])
def test_a_small_file_of_another_size_is_refused_by_the_store(sender, picture, by):
    data = picture()
    upload = sender.begin("a.png", data)
    other = data[:by] if by < 0 else data + b"x"
    assert sender.put(upload, 1, other, announced=data).status_code in (400, 403)
    assert kept() == []


def test_bytes_other_than_announced_are_never_published(sender, film):
    upload = sender.begin("a.mp4", film)
    sender.put_all(upload, film, [1, 3])
    forged = os.urandom(PART)
    assert sender.put(upload, 2, forged, announced=piece(upload, film, 2)).status_code == 200
    sender.complete(upload)
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.reason) == ("rejected", "parts_damaged")
    assert kept() == [f"quarantine/{upload.pk}"]


def test_a_small_file_exchanged_while_it_is_checked_is_not_published(sender, picture, monkeypatch):
    """The form's link lives on after the file is complete."""
    data = picture()
    upload = sender.begin("a.png", data)
    target = sender.announce(upload, 1, data).json()
    send(target, data)
    sender.complete(upload)
    real = verification.content.look_into

    def exchanged_meanwhile(file, name):
        findings = real(file, name)
        assert send(target, bytes(len(data))).status_code == 201
        return findings

    with monkeypatch.context() as patch:
        patch.setattr(verification.content, "look_into", exchanged_meanwhile)
        with pytest.raises(Changed):
            verification.verify(upload.pk)
    assert "verified" not in "".join(kept())
    verification.verify(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.reason) == ("rejected", "parts_damaged")


def test_a_link_for_one_part_is_of_no_use_for_another(sender, film):
    upload = sender.begin("a.mp4", film)
    target = sender.announce(upload, 1, piece(upload, film, 1)).json()
    moved = target["url"].replace("partNumber=1", "partNumber=2")
    assert moved != target["url"]
    assert requests.put(moved, data=piece(upload, film, 1), timeout=30).status_code == 403


def test_a_form_is_of_no_use_for_another_key(sender, picture):
    data = picture()
    upload = sender.begin("a.png", data)
    target = sender.announce(upload, 1, data).json()
    target["fields"]["key"] = "verified/overwritten"
    assert send(target, data).status_code == 403
    assert kept() == []


def test_without_a_checksum_nothing_is_taken_here(sender, film):
    upload = sender.begin("a.mp4", film)
    answer = sender.client.post(
        reverse("uploads:parts", args=[upload.pk]),
        data={"number": 1, "sha256": ""},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert "https://" in answer.json()["error"]


def test_the_application_takes_no_bytes_itself(sender, film):
    upload = sender.begin("a.mp4", film)
    answer = sender.client.put(
        reverse("uploads:part", args=[upload.pk, 1]),
        data=piece(upload, film, 1),
        content_type="application/octet-stream",
    )
    assert answer.status_code == 409
    assert not UploadPart.objects.exists()


# --- The malware scan ------------------------------------------------------------------------


@pytest.fixture
def whole(sender, picture, settings) -> Upload:
    """A complete file whose scan is waited for."""
    settings.REQUIRE_SCAN_TAG = True
    data = picture()
    upload = sender.begin("a.png", data)
    sender.put_all(upload, data)
    sender.complete(upload)
    return upload


def tag(upload: Upload, verdict: str) -> None:
    default_storage.client.put_object_tagging(
        Bucket=default_storage.bucket_name,
        Key=f"quarantine/{upload.pk}",
        Tagging={"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": verdict}]},
    )


@pytest.mark.parametrize("verdict", [None, "FAILED", "ACCESS_DENIED"])
def test_without_a_verdict_of_the_scan_nothing_is_published(whole, verdict):
    if verdict:
        tag(whole, verdict)
    with pytest.raises(scanning.NotScannedYet):
        verification.verify(whole.pk)
    whole.refresh_from_db()
    assert whole.state == "uploaded"
    tag(whole, "NO_THREATS_FOUND")
    verification.verify(whole.pk)
    whole.refresh_from_db()
    assert whole.state == "verified"


def test_a_file_exchanged_after_its_verdict_was_read_is_not_published(whole, monkeypatch):
    """The form's link lives on: first a harmless file to be scanned, then the real one."""
    target = asdict(current_store().target(Upload.objects.get(pk=whole.pk), 1, ""))
    real_one = default_storage.open(f"quarantine/{whole.pk}").read()
    assert send(target, bytes(len(real_one))).status_code == 201
    tag(whole, "NO_THREATS_FOUND")
    read = Bucket.tags

    def exchanged_then(self, key):
        verdict = read(self, key)
        assert send(target, real_one).status_code == 201
        return verdict

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "tags", exchanged_then)
        with pytest.raises(Changed):
            verification.verify(whole.pk)
    with pytest.raises(scanning.NotScannedYet):
        verification.verify(whole.pk)
    assert kept() == [f"quarantine/{whole.pk}"]


@pytest.mark.parametrize(
    ("verdict", "reason"), [("THREATS_FOUND", "malware"), ("UNSUPPORTED", "not_scannable")]
)
def test_a_bad_verdict_of_the_scan_is_told_and_final(whole, verdict, reason):
    tag(whole, verdict)
    verification.verify(whole.pk)
    whole.refresh_from_db()
    assert (whole.state, whole.reason) == ("rejected", reason)
    assert kept() == [f"quarantine/{whole.pk}"]


def test_a_published_copy_carries_no_verdict_of_another_file(whole):
    tag(whole, "NO_THREATS_FOUND")
    verification.verify(whole.pk)
    whole.refresh_from_db()
    assert material_storage().tags(whole.key) == {}
