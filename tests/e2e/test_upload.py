"""A teacher's file arrives whole, whatever happens on the way; what may not come in is refused."""

import hashlib
import os
import random

import pytest

from courses.catalog.models import Activity
from courses.materials.models import Document, Video
from elearning.uploads.models import Upload, UploadState
from tests.shelf import FILES

MIB = 1024 * 1024


@pytest.fixture
def big_film(tmp_path):
    """A real film of about 12 MiB: the demo's, with a `free` box of noise behind it."""
    noise = random.Random(7).randbytes(12 * MIB)
    path = tmp_path / "授業の録画.mp4"
    box = (len(noise) + 8).to_bytes(4, "big") + b"free" + noise
    path.write_bytes((FILES / "english.mp4").read_bytes() + box)
    return path


def open_drop_zone(visitor, juku):
    page = visitor.go(f"/teach/courses/{juku.maths.pk}/")
    page.get_by_text("動画・プリントを追加").click()
    return page


def test_an_upload_broken_off_at_half_resumes_with_the_same_sha256(juku, visit, settings, big_film):
    settings.UPLOAD_PART_BYTES = MIB
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)
    sent = []

    def cut_after_half(route):
        if len(sent) >= 6:
            route.abort()
        else:
            sent.append(route.request.url)
            route.continue_()

    page.route("**/uploads/*/parts/*/", cut_after_half)
    page.set_input_files("input[type=file]", big_film)
    page.get_by_text("続きから送り直します").first.wait_for()
    upload = Upload.objects.get()
    assert 0 < upload.parts.count() < upload.part_count
    before = set(upload.parts.values_list("number", flat=True))
    page.close(run_before_unload=False)

    visitor.page = visitor.context.new_page()
    page = open_drop_zone(visitor, juku)
    again = []
    page.on("request", lambda request: again.append(request.url) if "/parts/" in request.url else 0)
    page.set_input_files("input[type=file]", big_film)
    page.get_by_text("確認が終わりました").first.wait_for(timeout=30_000)

    upload.refresh_from_db()
    assert Upload.objects.count() == 1
    assert upload.state == UploadState.PUBLISHED
    assert upload.sha256 == hashlib.sha256(big_film.read_bytes()).hexdigest()
    assert not [url for url in again if int(url.rstrip("/").rsplit("/", 1)[1]) in before]
    assert Video.objects.get(upload=upload).activity.title == "授業の録画"


def test_a_lost_answer_to_the_first_request_makes_no_second_activity(juku, visit):
    before = Activity.objects.count()
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/teach/lessons/*/uploads/", lose_the_answer)
    page.set_input_files("input[type=file]", FILES / "maths.pdf")
    page.get_by_text("続きから送り直します").first.wait_for()
    page.close(run_before_unload=False)

    visitor.page = visitor.context.new_page()
    page = open_drop_zone(visitor, juku)
    page.set_input_files("input[type=file]", FILES / "maths.pdf")
    page.get_by_text("確認が終わりました").first.wait_for(timeout=30_000)
    assert Activity.objects.count() == before + 1


def test_a_changed_file_is_not_mixed_with_the_first_half(juku, visit, settings, big_film):
    settings.UPLOAD_PART_BYTES = MIB
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)
    sent = []

    def cut(route):
        sent.append(1)
        route.abort() if len(sent) > 4 else route.continue_()

    page.route("**/uploads/*/parts/*/", cut)
    page.set_input_files("input[type=file]", big_film)
    page.get_by_text("続きから送り直します").first.wait_for()
    page.close(run_before_unload=False)
    stamp = big_film.stat()
    content = bytearray(big_film.read_bytes())
    content[: 4 * MIB] = bytes(4 * MIB)
    big_film.write_bytes(content)
    os.utime(big_film, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    visitor.page = visitor.context.new_page()
    page = open_drop_zone(visitor, juku)
    page.set_input_files("input[type=file]", big_film)

    page.get_by_text("前に送っていたファイルと中身が違います").first.wait_for()
    assert Upload.objects.get().state == UploadState.PENDING


def test_several_files_dropped_at_once_all_arrive(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)

    page.set_input_files(
        "input[type=file]",
        [FILES / "maths.pdf", FILES / "linear-graph.webp", FILES / "circuit.webp"],
    )
    for title in ("maths", "linear-graph", "circuit"):
        page.get_by_role("link", name=title, exact=True).wait_for(timeout=20_000)
    page.locator("[data-upload-status]", has_text="確認が終わりました").nth(2).wait_for(
        timeout=20_000
    )

    assert Document.objects.filter(upload__state=UploadState.PUBLISHED).count() == 3


def test_a_renamed_program_is_refused_in_words_that_a_teacher_understands(juku, visit, tmp_path):
    program = tmp_path / "授業.mp4"
    program.write_bytes(b"MZ\x90\x00" + bytes(4096))
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)

    page.set_input_files("input[type=file]", program)

    page.get_by_text("中身はプログラム").first.wait_for()
    assert Upload.objects.get().state == UploadState.REJECTED
    made = Activity.objects.get(title="授業")
    page = visitor.go(f"/teach/activities/{made.pk}/")
    page.get_by_text("受け付けられません", exact=True).wait_for()
    assert page.get_by_text("元の動画ファイルをお選びください").is_visible()


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("空.pdf", 0, "0 バイト"), ("大きい.pdf", 3 * MIB, "大きすぎます"), ("表.exe", 10, "exe")],
)
def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(
    juku, visit, settings, tmp_path, name, size, words
):
    settings.UPLOAD_MAX_BYTES = {"video": 10 * MIB, "document": 2 * MIB}
    path = tmp_path / name
    path.write_bytes(bytes(size))
    visitor = visit()
    visitor.sign_in("tanaka")
    page = open_drop_zone(visitor, juku)

    page.set_input_files("input[type=file]", path)

    page.get_by_text(words).first.wait_for()
    assert not Upload.objects.exists()
