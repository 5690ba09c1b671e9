"""What may be begun, and how it is said if not."""

import unicodedata

import pytest
from django.utils import translation

from elearning.uploads import limits, services
from elearning.uploads.services import Refused


def begin(cast, **fields):
    fields = {"category": "video", "name": "授業.mp4", "size": 10, **fields}
    return services.begin(owner=cast.tanaka, **fields)


def test_an_upload_begins_pending_with_its_parts_counted(cast, settings):
    settings.UPLOAD_PART_BYTES = 1000
    upload = begin(cast, size=2001)
    assert (upload.state, upload.part_count) == ("pending", 3)
    assert [upload.part_length(n) for n in (1, 2, 3)] == [1000, 1000, 1]


def test_the_description_has_what_the_browser_needs(cast):
    upload = begin(cast, size=2001)
    told = services.describe(upload)
    assert told["id"] == str(upload.pk)
    assert told["parts"] == []
    assert told["reason"] == ""
    assert told["urls"]["parts"] == f"/uploads/{upload.pk}/parts/"
    assert {"name", "size", "state", "part_size", "part_count"} <= told.keys()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "ファイル名がありません"),
        ({"name": "C:\\"}, "ファイル名がありません"),
        ({"name": ".."}, "ファイル名がありません"),
        ({"size": 0}, "中身が空（0 バイト）"),
        ({"size": 6 * 1024**3}, "6 GB あり、大きすぎます。上限は 5 GB です"),
        ({"name": "a.pdf"}, "動画ではありません"),
        ({"name": "a.wmv"}, "MP4（H.264）に書き出して"),
        ({"name": "a.exe"}, "受け付けられる形式：.mp4 .m4v .mov .webm"),
        ({"category": "document"}, "動画以外"),
        ({"category": "document", "name": "a.pdf", "size": 300 * 1024**2}, "上限は 200 MB"),
        ({"category": "document", "name": "a.heic"}, "JPEG か PNG"),
        ({"category": "document", "name": "a.docm"}, "PDF か、新しい形式"),
        ({"category": "document", "name": "a.zip"}, "展開（解凍）"),
        ({"category": "document", "name": "mp4"}, "受け付けられる形式"),
    ],
)
def test_what_can_not_be_taken_is_refused_in_words(cast, fields, said):
    with pytest.raises(Refused, match=said):
        begin(cast, **fields)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (unicodedata.normalize("NFD", "ガギグ.mp4"), "ガギグ.mp4"),
        ("C:\\Users\\田中\\授業.mp4", "授業.mp4"),
        ("../../etc/髙﨑.mp4", "髙﨑.mp4"),
        ("a\x00b\nc\u202e.mp4", "abc.mp4"),
        ("　授業 第1回.mp4 ", "授業 第1回.mp4"),
        ("あ" * 300 + ".mp4", "あ" * 251 + ".mp4"),
    ],
)
def test_names_are_cleaned_and_keep_their_japanese(given, kept):
    assert limits.clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "category"),
    [("A.MP4", "video"), ("b.PDF", "document"), ("c.docx", "document"), ("d.exe", None)],
)
def test_the_category_follows_the_ending(name, category):
    assert limits.category_of(name) == category


def test_the_file_chooser_offers_what_is_taken():
    assert limits.accept("video") == ".mp4,.m4v,.mov,.webm"
    assert ".pdf" in limits.accept("document")
    assert ".mp4" not in limits.accept("document").split(",")
    assert set(limits.accept().split(",")) >= {".mp4", ".pdf"}
    assert "5 GB" in limits.hint()


@pytest.mark.parametrize(
    ("size", "said"),
    [(1, "1 KB"), (1536, "2 KB"), (1572864, "1.5 MB"), (5 * 1024**3, "5 GB")],
)
def test_sizes_are_said_in_round_words(size, said):
    with translation.override("ja"):
        assert limits.size_in_words(size) == said
