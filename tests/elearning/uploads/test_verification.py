"""The check of a whole file: what is let through, what is refused and how it is said."""

import io
import struct
import tracemalloc
import zlib

import pytest
from django.core.files.storage import default_storage

from elearning.uploads import content, reasons
from elearning.uploads.models import Upload
from tests.made_files import FILES

from .conftest import sha256

EXE = b"MZ\x90\x00" + bytes(2000)


def refused(browser, name, data) -> tuple[str, str]:
    """The code and the sentence with which this file is refused; its bytes are kept."""
    upload = browser.send(name, data)
    assert upload.state == "rejected"
    assert upload.sha256 == sha256(data)
    assert upload.key.startswith("quarantine/")
    with default_storage.open(upload.key) as file:
        assert file.read() == data
    sentence = browser.get(upload).json()["reason"]
    assert sentence == reasons.sentence(upload)
    return upload.reason, sentence


def test_a_renamed_program_is_refused_in_plain_words(browser):
    code, sentence = refused(browser, "授業.mp4", EXE)
    assert code == "mismatch"
    assert sentence == (
        "ファイル名は動画（.mp4）ですが、中身はプログラム（実行ファイル）です。"
        "安全のため受け付けられません。元の動画ファイルをお選びください。"
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "Web ページ（HTML）"),
        ("a.pdf", b"\xef\xbb\xbf \n<!-- x --><HTML>", "Web ページ（HTML）"),
        ("a.pdf", "\ufeff<html><body>".encode("utf-16-le"), "Web ページ（HTML）"),
        ("a.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("a.docx", b"#!/bin/sh\nrm -rf /\n", "スクリプト"),
        ("a.jpg", b"\x7fELF" + bytes(60), "プログラム（実行ファイル）"),
        ("a.mp4", b"Rar!\x1a\x07\x01\x00" + bytes(60), "圧縮ファイル（RAR）"),
        ("a.mp3", "ただの文章".encode(), "文字だけのファイル"),
        ("a.mp4", b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(60), "MP4（H.264）に書き出して"),
        ("a.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC 形式の写真"),
    ],
)
def test_what_is_something_else_is_named(browser, name, data, said):
    code, sentence = refused(browser, name, data)
    assert code == "mismatch"
    assert said in sentence


def test_a_pdf_called_a_video_is_refused(browser, pdf):
    code, sentence = refused(browser, "授業.mp4", pdf())
    assert code == "mismatch"
    assert "ファイル名は動画（.mp4）ですが、中身はPDFです" in sentence


def test_a_word_file_called_pdf_is_called_by_its_name(browser, office):
    code, sentence = refused(browser, "a.pdf", office("word"))
    assert code == "mismatch"
    assert "中身はWord 文書です" in sentence


def test_bytes_that_nobody_knows_are_refused(browser):
    code, sentence = refused(browser, "a.mp4", bytes(range(256)) * 4)
    assert code == "unknown"
    assert "開けませんでした" in sentence


# --- PDF ---------------------------------------------------------------------------------


def test_a_pdf_has_its_pages_counted(browser, pdf):
    upload = browser.send("プリント.pdf", pdf(pages=4))
    assert (upload.state, upload.page_count) == ("verified", 4)
    assert upload.content_type == "application/pdf"


def test_a_pdf_with_a_password_is_refused(browser, pdf):
    code, sentence = refused(browser, "a.pdf", pdf(password="secret"))
    assert code == "pdf_password"
    assert "パスワードを外して" in sentence


def test_a_pdf_that_only_forbids_copying_opens_for_everybody(browser, pdf):
    upload = browser.send("a.pdf", pdf(pages=2, owner_password="secret"))
    assert (upload.state, upload.page_count) == ("verified", 2)


def test_a_pdf_without_pages_is_refused(browser, pdf):
    assert refused(browser, "a.pdf", pdf(pages=0))[0] == "pdf_empty"


@pytest.mark.parametrize("keep", [0.3, 0.6])
def test_a_damaged_pdf_is_refused(browser, pdf, keep):
    whole = pdf(pages=3)
    code, _ = refused(browser, "a.pdf", whole[: int(len(whole) * keep)])
    assert code in ("damaged", "pdf_empty")


@pytest.mark.parametrize(
    "tail",
    [b"\x00", b"startxref\n77\n%%EOF\n", b"\nstartxref\n77\n%%EOF\n"],
    ids=["cut off", "one endless line", "lost table"],
)
def test_a_huge_damaged_pdf_is_not_read_into_memory(tmp_path, tail):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n" + b" " * 100)
        file.seek(200 * 1024 * 1024)
        file.write(tail)
    tracemalloc.start()
    with path.open("rb") as file, pytest.raises(content.NotAcceptable) as caught:
        content.look_into(file, "a.pdf")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == "damaged"
    assert peak < 70 * 1024 * 1024


# --- Images --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "content_type"),
    [
        ("PNG", "a.png", "image/png"),
        ("JPEG", "a.jpg", "image/jpeg"),
        ("GIF", "a.gif", "image/gif"),
        ("WEBP", "a.webp", "image/webp"),
        ("PNG", "実は.jpg", "image/png"),
    ],
)
def test_an_image_is_measured(browser, picture, kind, name, content_type):
    upload = browser.send(name, picture(kind, (60, 40)))
    assert (upload.state, upload.content_type) == ("verified", content_type)
    assert (upload.width, upload.height) == (60, 40)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_an_image_is_refused(browser, picture, kind):
    whole = picture(kind, (120, 120))
    code, sentence = refused(browser, f"a.{kind.lower()}", whole[: len(whole) // 2])
    assert code == "damaged"
    assert "壊れているか、途中で切れている" in sentence


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as a house."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_unpacks(browser, side):
    tracemalloc.start()
    code, sentence = refused(browser, "a.png", bomb(side, side))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "image_too_large"
    assert "8,000 万画素" in sentence
    assert peak < 20 * 1024 * 1024


# --- Video and sound -----------------------------------------------------------------------


def test_a_codec_that_browsers_can_not_play_is_refused_with_a_way_out(browser):
    code, sentence = refused(browser, "昔.mp4", (FILES / "mpeg4_part2.mp4").read_bytes())
    assert code == "video_codec"
    assert "MPEG-4 Visual 形式" in sentence
    assert "MP4（H.264・AAC）に書き出して" in sentence


def test_an_iphones_hevc_is_refused_with_the_switch_to_turn():
    upload = Upload(name="a.mov", reason="video_codec", content_type='video/mp4; codecs="HEVC"')
    assert "互換性優先" in reasons.sentence(upload)


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_half_a_video_is_refused(browser, mp4, keep):
    assert refused(browser, "a.mp4", mp4[: int(len(mp4) * keep)])[0] == "damaged"


def test_a_sound_is_a_sound(browser):
    upload = browser.send("聞き取り.m4a", (FILES / "sound.m4a").read_bytes())
    assert (upload.state, upload.content_type) == ("verified", "audio/mp4")
    assert upload.duration_seconds == pytest.approx(1.0, abs=0.1)
    assert upload.width is None


def test_a_sound_called_a_video_has_no_pictures(browser):
    code, sentence = refused(browser, "a.mp4", (FILES / "sound.m4a").read_bytes())
    assert code == "no_video"
    assert "映像が入っていません" in sentence


def test_a_video_called_a_sound_is_refused(browser, mp4):
    code, sentence = refused(browser, "a.m4a", mp4)
    assert code == "mismatch"
    assert "中身は動画です" in sentence


# --- Office --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "ending"),
    [
        ("word", "a.docx", "document"),
        ("excel", "a.xlsx", "sheet"),
        ("powerpoint", "a.pptx", "presentation"),
    ],
)
def test_office_files_are_taken(browser, office, kind, name, ending):
    upload = browser.send(name, office(kind))
    assert upload.state == "verified", upload.reason
    assert upload.content_type.endswith(f"ml.{ending}")


@pytest.mark.parametrize("member", ["word/vbaProject.bin", "word/VBAPROJECT.BIN"])
def test_macros_are_refused(browser, office, member):
    code, sentence = refused(browser, "a.docx", office(extra=(member,)))
    assert code == "macros"
    assert "マクロ" in sentence


def test_excel_called_word_is_refused(browser, office):
    code, sentence = refused(browser, "a.docx", office("excel"))
    assert code == "mismatch"
    assert "中身はExcel ファイルです" in sentence


def test_any_other_archive_is_refused(browser):
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    code, sentence = refused(browser, "a.docx", out.getvalue())
    assert code == "mismatch"
    assert "圧縮ファイル（ZIP）" in sentence


def test_a_damaged_office_file_is_refused(browser, office):
    assert refused(browser, "a.docx", office()[:-30])[0] == "damaged"


def test_an_old_or_locked_office_file_is_refused(browser):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    code, sentence = refused(browser, "a.docx", data)
    assert code == "office_old"
    assert "パスワードがかかっているか、古い形式" in sentence


# --- Every reason has its sentence ---------------------------------------------------------


@pytest.mark.parametrize("reason", reasons.Reason)
def test_every_reason_is_a_sentence(reason):
    upload = Upload(name="a.mp4", reason=reason, content_type="application/zip")
    sentence = reasons.sentence(upload)
    assert sentence.endswith("。")
    assert "%(" not in sentence


def test_a_reason_of_a_later_release_is_still_said():
    assert reasons.sentence(Upload(name="a.mp4", reason="something_new")).endswith("。")


def test_without_a_reason_nothing_is_said():
    assert reasons.sentence(Upload(name="a.mp4")) == ""
