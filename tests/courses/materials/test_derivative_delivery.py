"""Who gets what was made of a file, and who gets a photo as it was taken."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from courses.catalog.models import Activity, State
from courses.materials.queries import derivative_url, file_url
from elearning.uploads.models import Upload, UploadState


@pytest.fixture
def derive():
    """`derive(upload, kind, content)`: this was made of it, and is ready."""

    def made(upload, kind, content=b"made", ending="webp", **fields):
        key = default_storage.save(f"derived/{upload.pk}/{kind}.{ending}", ContentFile(content))
        fields = {"state": "ready", "key": key, "content_type": "image/webp", **fields}
        return upload.derivatives.create(kind=kind, **fields)

    return made


@pytest.fixture
def poster(cast, make_upload, hold, derive):
    """The poster of a video in use on class A's maths course."""
    upload = make_upload(name="速さの 問題#1.mp4")
    hold(cast.video, upload)
    return derive(upload, "poster")


def url_of(derivative):
    return derivative_url(derivative.upload, derivative)


def content(answer):
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("haruna", 200),
        ("sota", 404),
        ("yoko", 404),
        ("tanaka", 200),
        ("suzuki", 404),
        ("midori", 200),
    ],
)
def test_it_goes_to_whoever_may_open_the_file(cast, sign_in, poster, person, code):
    assert sign_in(getattr(cast, person)).get(url_of(poster)).status_code == code


def test_it_comes_with_its_own_type_and_the_files_name(cast, sign_in, poster):
    answer = sign_in(cast.haruna).get(url_of(poster))
    assert content(answer) == b"made"
    assert answer["Content-Type"] == "image/webp"
    assert url_of(poster).endswith(
        "/poster/%E9%80%9F%E3%81%95%E3%81%AE%20%E5%95%8F%E9%A1%8C%231.webp"
    )


def test_another_name_in_the_address_leads_to_the_right_one(cast, sign_in, poster):
    url = reverse("materials:derivative", args=[poster.upload_id, "poster", "x.webp"])
    answer = sign_in(cast.haruna).get(url)
    assert (answer.status_code, answer["Location"]) == (302, url_of(poster))
    assert sign_in(cast.sota).get(url).status_code == 404


def test_a_player_may_ask_for_a_part_of_a_rendition(cast, sign_in, poster, derive):
    film = derive(poster.upload, "video-480", b"0123456789", "mp4", content_type="video/mp4")
    answer = sign_in(cast.haruna).get(url_of(film), headers={"Range": "bytes=2-4"})
    assert (answer.status_code, content(answer)) == (206, b"234")


@pytest.mark.parametrize("state", ["waiting", "working", "failed"])
def test_there_is_nothing_until_it_is_ready(cast, sign_in, poster, state):
    type(poster).objects.update(state=state)
    assert sign_in(cast.haruna).get(url_of(poster)).status_code == 404


def test_words_are_no_file(cast, sign_in, poster):
    poster.upload.derivatives.create(kind="text", state="ready")
    url = reverse("materials:derivative", args=[poster.upload_id, "text", "a.txt"])
    assert sign_in(cast.haruna).get(url).status_code == 404


@pytest.mark.parametrize("kind", ["nonsense", "image-640"])
def test_what_was_never_made_is_not_there(cast, sign_in, poster, kind):
    url = reverse("materials:derivative", args=[poster.upload_id, kind, "a.webp"])
    assert sign_in(cast.haruna).get(url).status_code == 404


@pytest.mark.parametrize(
    "state", [state for state in UploadState if state != UploadState.PUBLISHED]
)
def test_nothing_of_a_file_that_is_not_in_use_goes_out(cast, sign_in, poster, state):
    Upload.objects.update(state=state)
    for person in (cast.haruna, cast.tanaka):
        assert sign_in(person).get(url_of(poster)).status_code == 404


def test_nothing_of_a_draft_goes_to_students(cast, sign_in, poster):
    Activity.objects.filter(pk=cast.video.pk).update(state=State.DRAFT)
    assert sign_in(cast.haruna).get(url_of(poster)).status_code == 404
    assert sign_in(cast.tanaka).get(url_of(poster)).status_code == 200


@pytest.fixture
def photo(cast, make_upload, hold, derive):
    """A photo in use, with two copies that say nothing of the place."""
    upload = make_upload(name="ノート.jpg", content=b"with a place", content_type="image/jpeg")
    hold(cast.document, upload)
    derive(upload, "image-640", b"small", width=640, height=480)
    derive(upload, "image-1280", b"large", width=1000, height=750)
    return upload


def test_a_student_gets_the_largest_copy_and_never_the_photo_itself(cast, sign_in, photo):
    client = sign_in(cast.haruna)
    for name in (photo.name, "x.jpg"):
        url = reverse("materials:file", args=[photo.pk, name])
        answer = client.get(url, follow=True)
        assert content(answer) == b"large"
        assert content(client.get(url, {"download": ""}, follow=True)) == b"large"


def test_a_student_who_asks_to_save_the_photo_saves_the_copy(cast, sign_in, photo):
    saved = sign_in(cast.haruna).get(f"{file_url(photo)}?download", follow=True)
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Type"] == "image/webp"


def test_a_teacher_gets_it_as_it_was_uploaded(cast, sign_in, photo):
    for person in (cast.tanaka, cast.midori):
        assert content(sign_in(person).get(file_url(photo))) == b"with a place"


def test_until_there_is_a_copy_a_student_gets_nothing(cast, sign_in, photo):
    photo.derivatives.update(state="working")
    client = sign_in(cast.haruna)
    assert client.get(file_url(photo)).status_code == 404
    page = client.get(reverse("learning:activity", args=[cast.document.pk])).content.decode()
    assert "この教材は準備中です" in page
    assert file_url(photo) not in page


@pytest.mark.parametrize("person", ["haruna", "tanaka"])
def test_the_page_offers_a_size_for_every_screen(cast, sign_in, photo, person):
    url = reverse("learning:activity", args=[cast.document.pk])
    page = sign_in(getattr(cast, person)).get(url).content.decode()
    small, large = (url_of(photo.derivatives.get(kind=f"image-{side}")) for side in (640, 1280))
    assert f'srcset="{small} 640w, {large} 1000w"' in page
    assert 'width="1000" height="750"' in page
    assert f'href="{large}?download" download="ノート.webp"' in page
    assert file_url(photo) not in page


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.gif", "image/gif"), ("a.pdf", "application/pdf"), ("a.mp3", "audio/mpeg")],
)
def test_what_tells_no_place_goes_to_students_as_it_is(
    cast, sign_in, make_upload, hold, name, content_type
):
    upload = make_upload(name=name, content=b"as it is", content_type=content_type)
    hold(cast.document, upload)
    assert content(sign_in(cast.haruna).get(file_url(upload))) == b"as it is"


def test_a_player_learns_of_every_quality_and_the_poster(cast, sign_in, poster, derive):
    Upload.objects.update(width=1280, height=720, size=75_000_000)
    derive(poster.upload, "video-720", ending="mp4", height=720, bit_rate=2_000_000)
    derive(poster.upload, "video-480", ending="mp4", height=480, bit_rate=900_000)
    poster.upload.derivatives.create(kind="page", state="working")
    answer = sign_in(cast.haruna).get(reverse("learning:activity", args=[cast.video.pk]))
    said = answer.context
    assert said["poster_url"] == url_of(poster)
    assert [(one.label, one.height, one.bit_rate) for one in said["qualities"]] == [
        ("480p", 480, 900_000),
        ("720p", 720, 2_000_000),
        ("元の画質", 720, 1_000_000),
    ]
    assert said["qualities"][-1].url == said["file_url"]


def test_without_renditions_there_is_the_original_alone(cast, sign_in, make_upload, hold):
    hold(cast.video, make_upload())
    answer = sign_in(cast.haruna).get(reverse("learning:activity", args=[cast.video.pk]))
    assert [one.label for one in answer.context["qualities"]] == ["元の画質"]
    assert answer.context["poster_url"] == ""
