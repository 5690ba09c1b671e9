"""A teacher's file arrives whole, whatever happens on the way; what may not come in is refused."""

import hashlib
import os
import random

import pytest

from courses.catalog.models import Activity
from courses.materials.models import Document, Video
from elearning.uploads import services
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.services.parts import stored_parts
from tests.drop_zone import (
    MIB,
    choose,
    film_like,
    open_drop_zone,
    print_like,
    wait_for,
    wait_for_verdicts,
    wait_until,
)
from tests.shelf import FILES


@pytest.fixture
def big_film(tmp_path):
    return film_like(tmp_path / "授業の録画.mp4", 12 * MIB + MIB // 2)


@pytest.fixture
def small_parts(settings):
    settings.UPLOAD_PART_BYTES = MIB


class Line:
    """The parts of files on their way from a page, and what the test does to them."""

    def __init__(self, page, *, cut_after=None, hold_after=None):
        self.sent: list[int] = []  # numbers of the parts that went through
        self.held: list = []
        self.cut_after = cut_after
        self.hold_after = hold_after
        page.route("**/uploads/*/parts/*/", self.part)

    def part(self, route):
        if self.cut_after is not None and len(self.sent) >= self.cut_after:
            route.abort()
        elif self.hold_after is not None and len(self.sent) >= self.hold_after:
            self.held.append(route)
        else:
            self._let_through(route)

    def heal(self):
        """Let everything through again, first what was held."""
        self.cut_after = self.hold_after = None
        while self.held:
            self._let_through(self.held.pop(0))

    def lose(self):
        """Let everything through again, but break off what was held."""
        for route in self.held:
            route.abort()
        self.held.clear()
        self.heal()

    def _let_through(self, route):
        self.sent.append(int(route.request.url.rstrip("/").rsplit("/", 1)[1]))
        route.continue_()


@pytest.fixture
def teacher(juku, visit):
    visitor = visit()
    visitor.sign_in("tanaka")
    return visitor


def open_new_tab(visitor, juku):
    visitor.page.close(run_before_unload=False)
    visitor.page = visitor.context.new_page()
    return open_drop_zone(visitor, juku.maths.pk)


def assert_arrived(path):
    upload = Upload.objects.get(state=UploadState.PUBLISHED)
    assert upload.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# --- Broken off, and gone on with ---------------------------------------------------------


@pytest.mark.usefixtures("small_parts")
def test_an_upload_broken_off_at_half_resumes_with_the_same_sha256(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    Line(page, cut_after=6)
    choose(page, big_film)
    wait_for(page, "続きから送り直します")
    upload = Upload.objects.get()
    before = {part.number for part in stored_parts(upload)}
    assert 0 < len(before) < upload.part_count

    page = open_new_tab(teacher, juku)
    again = Line(page)
    choose(page, big_film)
    wait_for(page, "確認が終わりました", timeout=30_000)

    assert Upload.objects.count() == 1
    assert_arrived(big_film)
    assert not before & set(again.sent)
    assert Video.objects.get(upload=upload).activity.title == "授業の録画"


@pytest.mark.usefixtures("small_parts")
def test_a_tab_closed_at_99_percent_is_warned_and_its_file_gone_on_with(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    count = -(-big_film.stat().st_size // MIB)
    Line(page, cut_after=count - 1)
    choose(page, big_film)
    wait_for(page, "続きから送り直します")
    with page.expect_event("dialog") as warning:
        page.close(run_before_unload=True)
    assert warning.value.type == "beforeunload"
    warning.value.accept()

    teacher.page = teacher.context.new_page()
    page = open_drop_zone(teacher, juku.maths.pk)
    wait_for(page, "途中まで送ったファイルがあります")
    line = Line(page)
    choose(page, big_film)
    wait_for(page, "確認が終わりました", timeout=30_000)

    assert len(line.sent) == 1
    assert_arrived(big_film)


@pytest.mark.usefixtures("small_parts")
def test_what_was_thrown_away_meanwhile_is_sent_from_the_beginning(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    Line(page, cut_after=6)
    choose(page, big_film)
    wait_for(page, "続きから送り直します")
    services.abort(Upload.objects.get())

    page = open_new_tab(teacher, juku)
    line = Line(page, hold_after=5)
    choose(page, big_film)
    wait_for(page, "前に送った分は残っていないため、はじめから送っています")
    line.heal()
    wait_for(page, "確認が終わりました", timeout=30_000)

    assert_arrived(big_film)


@pytest.mark.usefixtures("small_parts")
def test_without_a_line_it_waits_and_goes_on_by_itself(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=5)
    choose(page, big_film)
    wait_until(page, lambda: line.held)
    teacher.context.set_offline(True)
    line.heal()
    wait_for(page, "ネットワークにつながっていません")
    teacher.context.set_offline(False)
    wait_for(page, "確認が終わりました", timeout=30_000)

    assert_arrived(big_film)


def test_a_server_that_says_when_to_come_back_is_left_alone_until_then(juku, teacher):
    page = open_drop_zone(teacher, juku.maths.pk)
    busy = {"status": 503, "headers": {"Retry-After": "25"}, "json": {"error": "混んでいます"}}
    page.route("**/uploads/*/parts/", lambda route: route.fulfill(**busy))
    choose(page, FILES / "maths.pdf")
    wait_for(page, "約25秒後に続きから送り直します")


@pytest.mark.usefixtures("small_parts")
def test_after_signing_in_again_in_another_tab_it_goes_on(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=6)
    choose(page, big_film)
    wait_until(page, lambda: line.held)
    teacher.context.clear_cookies()
    line.lose()
    wait_for(page, "ログインの有効期限が切れました")

    teacher.page = teacher.context.new_page()
    teacher.sign_in("tanaka")
    page.get_by_role("button", name="「授業の録画.mp4」を再開").click()
    wait_for_verdicts(page, 1)
    assert_arrived(big_film)


def test_a_lost_answer_to_the_first_request_makes_no_second_activity(juku, teacher):
    before = Activity.objects.count()
    page = open_drop_zone(teacher, juku.maths.pk)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/teach/lessons/*/uploads/", lose_the_answer)
    choose(page, FILES / "maths.pdf")
    wait_for(page, "続きから送り直します")

    page = open_new_tab(teacher, juku)
    choose(page, FILES / "maths.pdf")
    wait_for(page, "確認が終わりました", timeout=30_000)
    assert Activity.objects.count() == before + 1


@pytest.mark.usefixtures("small_parts")
def test_a_browser_that_computes_no_checksum_can_send_to_this_disk(juku, teacher, big_film):
    teacher.context.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page = open_drop_zone(teacher, juku.maths.pk)
    choose(page, big_film)
    wait_for(page, "確認が終わりました", timeout=30_000)
    assert_arrived(big_film)


# --- Another file than before -------------------------------------------------------------


@pytest.mark.usefixtures("small_parts")
def test_a_changed_file_is_not_mixed_with_the_first_half(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    Line(page, cut_after=4)
    choose(page, big_film)
    wait_for(page, "続きから送り直します")
    stamp = big_film.stat()
    content = bytearray(big_film.read_bytes())
    content[: 4 * MIB] = bytes(4 * MIB)
    big_film.write_bytes(content)
    os.utime(big_film, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    page = open_new_tab(teacher, juku)
    choose(page, big_film)

    wait_for(page, "送り始めたときとファイルの中身が違う")
    assert Upload.objects.get().state == UploadState.PENDING


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    ("stamp_is_kept", "words"),
    [
        (False, "送信中に変更・移動・削除されたようです"),
        (True, "送り始めたときとファイルの中身が違う"),
    ],
)
def test_a_file_changed_on_the_disk_meanwhile_is_told_and_can_be_sent_anew(
    juku, teacher, big_film, stamp_is_kept, words
):
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=6)
    choose(page, big_film)
    wait_until(page, lambda: len(line.held) == 4)
    stamp = big_film.stat()
    content = big_film.read_bytes()
    changed = content[: 6 * MIB] + random.Random(9).randbytes(6 * MIB) + content[12 * MIB :]
    big_film.write_bytes(changed)
    if stamp_is_kept:  # then only the checksums, bound when they were announced, can tell
        os.utime(big_film, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    line.lose()

    wait_for(page, words)
    first = Upload.objects.get()
    assert first.state == UploadState.PENDING
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="取り消す").click()
    wait_for(page, "取り消しました")
    choose(page, big_film)
    wait_for(page, "確認が終わりました", timeout=30_000)

    first.refresh_from_db()
    assert first.state == UploadState.ABORTED
    assert_arrived(big_film)


@pytest.mark.usefixtures("small_parts")
def test_a_file_removed_from_the_disk_meanwhile_is_told(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=6)
    choose(page, big_film)
    wait_until(page, lambda: line.held)
    big_film.unlink()
    line.heal()
    wait_for(page, "ファイルを読めませんでした")
    assert Upload.objects.get().state == UploadState.PENDING


# --- Several at once ----------------------------------------------------------------------


@pytest.mark.usefixtures("small_parts")
def test_ten_files_at_once_share_four_slots_and_all_arrive(juku, teacher, tmp_path):
    films = [film_like(tmp_path / f"録画{n}.mp4", n * MIB) for n in (3, 5)]
    prints = [print_like(tmp_path / f"プリント{n}.pdf", n) for n in range(8)]
    files = films + prints
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=0)
    choose(page, *files)
    wait_until(page, lambda: len(line.held) == 4)
    page.wait_for_timeout(300)  # a fifth would be on its way by now
    assert len(line.held) == 4
    line.heal()
    wait_for(page, "10件中 10件 送信済み（100％）", timeout=30_000)
    wait_for_verdicts(page, 10)

    titles = juku.lesson.activities.order_by("order").values_list("title", flat=True)
    assert list(titles)[-10:] == [path.stem for path in files]
    stored = set(Upload.objects.filter(state=UploadState.PUBLISHED).values_list("sha256"))
    assert stored == {(hashlib.sha256(path.read_bytes()).hexdigest(),) for path in files}


@pytest.mark.usefixtures("small_parts")
def test_one_file_waits_while_the_others_go_on(juku, teacher, big_film):
    page = open_drop_zone(teacher, juku.maths.pk)
    line = Line(page, hold_after=0)
    choose(page, big_film)
    wait_until(page, lambda: len(line.held) == 4)
    choose(page, FILES / "maths.pdf")
    line.held.clear()  # pausing breaks these off
    page.get_by_role("button", name="「授業の録画.mp4」を一時停止").click()
    wait_for(page, "一時停止中です")
    line.heal()
    wait_for(page, "確認が終わりました", timeout=30_000)
    assert Document.objects.filter(upload__state=UploadState.PUBLISHED).count() == 1

    page.get_by_role("button", name="「授業の録画.mp4」を再開").click()
    wait_for_verdicts(page, 2)
    assert Video.objects.filter(upload__state=UploadState.PUBLISHED).count() == 1


def test_several_files_dropped_at_once_all_arrive(juku, teacher):
    page = open_drop_zone(teacher, juku.maths.pk)
    names = ("maths.pdf", "linear-graph.webp", "circuit.webp")
    choose(page, *[FILES / name for name in names])
    for name in names:
        title = name.partition(".")[0]
        page.get_by_role("link", name=title, exact=True).wait_for(timeout=20_000)
    wait_for_verdicts(page, 3)

    assert Document.objects.filter(upload__state=UploadState.PUBLISHED).count() == 3


# --- What may not come in -----------------------------------------------------------------


def test_a_renamed_program_is_refused_in_words_that_a_teacher_understands(juku, teacher, tmp_path):
    program = tmp_path / "授業.mp4"
    program.write_bytes(b"MZ\x90\x00" + bytes(4096))
    page = open_drop_zone(teacher, juku.maths.pk)
    choose(page, program)

    page.get_by_text("中身はプログラム").first.wait_for()
    assert Upload.objects.get().state == UploadState.REJECTED
    made = Activity.objects.get(title="授業")
    page = teacher.go(f"/teach/activities/{made.pk}/")
    page.get_by_text("受け付けられません", exact=True).wait_for()
    assert page.get_by_text("元の動画ファイルをお選びください").is_visible()


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("空.pdf", 0, "0 バイト"), ("大きい.pdf", 3 * MIB, "大きすぎます"), ("表.exe", 10, "exe")],
)
def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(
    juku, teacher, settings, tmp_path, name, size, words
):
    settings.UPLOAD_MAX_BYTES = {"video": 10 * MIB, "document": 2 * MIB}
    path = tmp_path / name
    path.write_bytes(bytes(size))
    page = open_drop_zone(teacher, juku.maths.pk)
    choose(page, path)
    wait_for(page, words)
    assert not Upload.objects.exists()
