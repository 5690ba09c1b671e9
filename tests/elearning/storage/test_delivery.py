"""Delivery: ranges, conditions, names, and what may open in the browser."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import Http404
from django.test import RequestFactory
from django.utils.http import http_date

from elearning.storage import streaming
from elearning.storage.delivery import deliver

# Closing a response lets Django look at its database connections.
pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 4  # 1,024 bytes


@pytest.fixture
def key(settings):
    return default_storage.save("verified/one", ContentFile(BYTES))


@pytest.fixture
def get(key):
    """`get(Range="bytes=0-9")` gives the answer to a request with these headers."""

    def ask(method="GET", name="教材.mp4", content_type="video/mp4", **headers):
        headers = {header.replace("_", "-"): value for header, value in headers.items()}
        request = RequestFactory().generic(method, "/files/x", headers=headers)
        return deliver(request, key=key, name=name, content_type=content_type)

    return ask


def body(response) -> bytes:
    if not response.streaming:
        return response.content
    return b"".join(response.streaming_content)


def test_the_whole_file_comes_with_its_length(get):
    response = get()
    assert response.status_code == 200
    assert response["Content-Length"] == "1024"
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == BYTES


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, 1023),
        ("bytes=0-", 0, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=-5000", 0, 1023),
        ("bytes=1000-99999", 1000, 1023),
        ("bytes= 5-6 ", 5, 6),
        ("Bytes=1023-1023", 1023, 1023),
    ],
)
def test_a_range_comes_alone(get, wanted, first, last):
    response = get(Range=wanted)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == BYTES[first : last + 1]


@pytest.mark.parametrize("player", ["video", "audio"])
def test_a_player_gets_a_piece_at_a_time(get, monkeypatch, player):
    monkeypatch.setattr(streaming, "PLAYED_AT_ONCE", 100)
    response = get(Range="bytes=24-", Sec_Fetch_Dest=player)
    assert response.status_code == 206
    assert response["Content-Range"] == "bytes 24-123/1024"
    assert response["Content-Length"] == "100"
    assert body(response) == BYTES[24:124]


def test_a_download_that_goes_on_gets_all_the_rest(get, monkeypatch):
    monkeypatch.setattr(streaming, "PLAYED_AT_ONCE", 100)
    for headers in ({}, {"Sec_Fetch_Dest": "document"}, {"Sec_Fetch_Dest": "empty"}):
        assert body(get(Range="bytes=24-", **headers)) == BYTES[24:]


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_is_not_satisfiable(get, wanted):
    response = get(Range=wanted)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"
    assert body(response) == b""


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,5-6",
        "bytes=9-3",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=--5",
        "items=0-5",
        "bytes=" + "9" * 5000 + "-",
        "bytes=١-٢",
    ],
)
def test_a_range_of_another_kind_gives_the_whole_file(get, wanted):
    request_headers = {"HTTP_RANGE": wanted}
    request = RequestFactory().get("/files/x", **request_headers)
    response = deliver(request, key="verified/one", name="a.mp4", content_type="video/mp4")
    assert response.status_code == 200
    assert body(response) == BYTES


def test_head_tells_of_the_whole_file_without_sending_it(get):
    response = get("HEAD", Range="bytes=0-9")
    assert response.status_code == 200
    assert response["Content-Length"] == "1024"
    assert response["ETag"]
    assert body(response) == b""


def test_a_file_that_is_known_is_not_sent_again(get):
    first = get()
    response = get(If_None_Match=first["ETag"])
    assert response.status_code == 304
    assert response["ETag"] == first["ETag"]
    assert body(response) == b""
    assert get(If_None_Match='"other"').status_code == 200
    assert get(If_Modified_Since=first["Last-Modified"]).status_code == 304


def test_a_range_continues_only_the_same_file(get):
    first = get()
    for same in (first["ETag"], first["Last-Modified"]):
        assert get(Range="bytes=5-9", If_Range=same).status_code == 206
    for other in ('"other"', f"W/{first['ETag']}", http_date(0), "nonsense"):
        response = get(Range="bytes=5-9", If_Range=other)
        assert response.status_code == 200
        assert body(response) == BYTES


def test_another_file_has_another_etag(get, key):
    first = get()["ETag"]
    default_storage.delete(key)
    default_storage.save(key, ContentFile(BYTES + b"!"))
    assert get()["ETag"] != first


def test_a_file_that_is_gone_is_not_found(key):
    with pytest.raises(Http404):
        deliver(RequestFactory().get("/"), key="verified/none", name="a", content_type="a/b")


def test_japanese_names_are_kept(get):
    told = get(name="速さの問題 第1回.pdf", content_type="application/pdf")["Content-Disposition"]
    assert told.startswith("inline; filename*=utf-8''%E9%80%9F")
    assert get(name='a"b.pdf')["Content-Disposition"] == r'inline; filename="a\"b.pdf"'


@pytest.mark.parametrize(
    "content_type",
    [
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "video/mp4",
        "video/webm",
        "audio/mpeg",
    ],
)
def test_these_open_in_our_own_pages(get, content_type):
    response = get(content_type=content_type)
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Type"] == content_type
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    # A browser's player in a sandbox may not fetch the very film that it shows.
    assert "sandbox" not in policy


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "",
        "text/html; charset=utf-8\r\nX-Evil: 1",
    ],
)
def test_all_else_is_saved_and_boxed_in(get, content_type):
    response = get(content_type=content_type)
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert "X-Evil" not in response


def test_what_is_to_be_saved_is_not_shown(key):
    request = RequestFactory().get("/files/x")
    response = deliver(request, key=key, name="a.pdf", content_type="application/pdf", save=True)
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]


def test_nothing_is_guessed_and_nobody_elses_cache_answers(get):
    response = get()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=3600, no-transform"
    assert response["Vary"] == "Cookie"


def test_a_player_has_nothing_cached_and_so_asks_once_for_every_place(get):
    response = get(Range="bytes=2-", Sec_Fetch_Dest="video")
    assert response["Cache-Control"] == "no-store, no-transform"


def test_the_policy_survives_the_middleware(get, rf):
    from csp.middleware import CSPMiddleware
    from django.middleware.clickjacking import XFrameOptionsMiddleware

    request = rf.get("/files/x")
    response = get(content_type="application/pdf")
    before = response["Content-Security-Policy"]
    response = CSPMiddleware(lambda _: response)(request)
    response = XFrameOptionsMiddleware(lambda _: response)(request)
    assert response["Content-Security-Policy"] == before
    assert response["X-Frame-Options"] == "SAMEORIGIN"


class Watched:
    """A file that notes how it is read, and whether it was closed."""

    def __init__(self, size):
        self.left = size
        self.asked = []
        self.closed = False

    def seek(self, offset):
        self.left -= offset

    def read(self, size):
        self.asked.append(size)
        size = min(size, self.left)
        self.left -= size
        return bytes(size)

    def close(self):
        self.closed = True


def test_a_large_file_is_read_in_pieces_and_closed(get, monkeypatch):
    size = 20 * 1024 * 1024
    file = Watched(size)
    monkeypatch.setattr(FileSystemStorage, "size", lambda storage, key: size)
    monkeypatch.setattr(FileSystemStorage, "open", lambda storage, key: file)
    response = get(Range="bytes=100-")
    assert sum(len(chunk) for chunk in response.streaming_content) == size - 100
    assert max(file.asked) <= streaming.CHUNK
    assert file.closed


def test_a_reader_who_goes_away_leaves_no_open_file(get, monkeypatch):
    file = Watched(1024)
    monkeypatch.setattr(FileSystemStorage, "open", lambda storage, key: file)
    get().close()
    assert file.closed


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_but_get_and_head_is_answered(get, method):
    response = get(method)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
