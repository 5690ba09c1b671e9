"""One line a request, and what it tells."""

import logging
import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path

from elearning.logs import context
from elearning.logs.middleware import RequestLogMiddleware
from elearning.logs.people import hashed
from tests.cast import PASSWORD

TRACE = "Root=1-67891233-abcdef012345678912345678"


def speak(request):
    logging.getLogger("elearning.tests").info("speak")
    return HttpResponse("said")


def stream(request):
    def parts():
        yield b"one"
        yield b"two"

    return StreamingHttpResponse(parts())


def break_off(request):
    answer = "陽菜の答え"
    raise ValueError(answer)


urlpatterns = [
    path("speak/", speak, name="speak"),
    path("stream/", stream, name="stream"),
    path("break/", break_off, name="break"),
    path("", include("config.urls")),
]


@pytest.fixture
def few_pages(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "LoginRequired" not in each]


def test_a_page_is_told_once_with_its_route_and_its_queries(cast, sign_in, lines):
    client = sign_in(cast.haruna)
    lines.text.clear()

    response = client.get(f"/courses/{cast.maths.pk}/", {"q": "陽菜"})

    line = lines.only("answer_request")
    assert response.status_code == 200
    assert response["X-Request-ID"] == line["request_id"]
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert line["method"] == "GET"
    assert line["route"] == "learning:course"
    assert line["status"] == 200
    assert line["ms"] > line["db_ms"] > 0
    assert line["reader_queries"] == 0
    assert line["writer_queries"] > 3
    assert line["user"] == hashed(cast.haruna.pk)
    assert line["level"] == "info"
    assert str(cast.maths.pk) not in re.findall(r'"[^"]*/[^"]*"', lines.text[-1])


def test_each_request_has_an_id_of_its_own_and_takes_none(client, db, lines):
    sent = "f" * 32
    first = client.get("/login/", headers={"X-Request-ID": sent})["X-Request-ID"]
    second = client.get("/login/")["X-Request-ID"]

    assert len({first, second, sent}) == 3
    assert [line["request_id"] for line in lines("answer_request")] == [first, second]


def test_what_is_said_in_between_carries_the_request(few_pages, client, lines):
    response = client.get("/speak/")

    said = lines.only("speak")
    assert said["request_id"] == response["X-Request-ID"]
    assert said["route"] == "speak"
    assert context.current() == {}


@pytest.mark.parametrize(
    "sent",
    [
        TRACE,
        f"{TRACE};Parent=53995c3f42cd8ad8;Sampled=1",
        f"Self=1-67891234-12456789abcdef012345678a;{TRACE}",
        f"{TRACE};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=25:a87bd80c:1",
    ],
)
def test_the_load_balancer_s_trace_id_is_taken_as_it_came(few_pages, client, lines, sent):
    client.get("/speak/", headers={"X-Amzn-Trace-Id": sent})

    assert lines.only("speak")["trace_id"] == sent
    assert lines.only("answer_request")["trace_id"] == sent


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Sampled=1",
        "Root=1-haruna",
        f"{TRACE};Name=haruna",
        f"{TRACE} haruna",
        f"{TRACE};" + "Parent=53995c3f42cd8ad8;" * 10,
    ],
)
def test_anything_else_in_its_place_is_not(few_pages, client, lines, sent):
    client.get("/speak/", headers={"X-Amzn-Trace-Id": sent})

    assert "trace_id" not in lines.only("answer_request")
    assert "haruna" not in "".join(lines.text)


def test_a_stream_is_told_when_it_was_sent(few_pages, client, lines):
    response = client.get("/stream/")
    assert lines("answer_request") == []

    assert b"".join(response.streaming_content) == b"onetwo"

    line = lines.only("answer_request")
    assert line["route"] == "stream"
    assert line["status"] == 200
    assert line["request_id"] == response["X-Request-ID"]
    assert "writer_queries" in line
    assert context.current() == {}


def test_a_stream_that_nobody_waits_for_is_told_too(few_pages, client, lines):
    response = client.get("/stream/")
    next(iter(response.streaming_content))

    response.close()

    assert lines.only("answer_request")["route"] == "stream"


def broken_off_by(error: Exception, client, lines) -> dict:
    response = client.get("/stream/")

    def send() -> None:
        try:
            raise error
        finally:
            response.close()

    with pytest.raises(type(error)):
        send()
    return lines.only("answer_request")


def test_a_stream_that_a_browser_leaves_says_so_in_a_word(few_pages, client, lines):
    line = broken_off_by(BrokenPipeError(32, "haruna has left"), client, lines)

    assert line["broken_off"] == "BrokenPipeError"
    assert "stack" not in line


def test_a_stream_that_fails_says_where_under_its_number(few_pages, client, lines):
    """gunicorn, who catches it, does not know any more which request it was."""
    line = broken_off_by(FileNotFoundError(2, "of haruna"), client, lines)

    assert line["broken_off"] == "FileNotFoundError"
    assert line["error"] == {"type": "FileNotFoundError", "code": 2}
    assert line["stack"][-1].endswith(" broken_off_by.<locals>.send")
    assert len(line["request_id"]) == 32


def test_the_time_of_a_stream_is_that_of_all_of_it(few_pages, client, lines, monkeypatch):
    clock = iter([100.0, 160.5])
    monkeypatch.setattr("elearning.logs.middleware.perf_counter", lambda: next(clock))

    b"".join(client.get("/stream/").streaming_content)

    assert lines.only("answer_request")["ms"] == 60500.0


def test_a_view_that_breaks_is_told_by_its_stack_and_not_by_its_words(few_pages, lines):
    client = Client(raise_request_exception=False)

    response = client.get("/break/", {"q": "陽菜"})

    assert response.status_code == 500
    assert lines.only("answer_request")["status"] == 500
    error = lines.only("fail_request")
    assert error["level"] == "error"
    assert error["request_id"] == response["X-Request-ID"]
    assert error["error"] == {"type": "ValueError"}
    assert re.fullmatch(r"tests/elearning/logs/test_requests\.py:\d+ break_off", error["stack"][-1])
    assert len([line for line in lines() if line["level"] == "error"]) == 1
    assert "陽菜" not in "".join(lines.text)
    assert "\\u967d" not in "".join(lines.text)


def test_the_page_of_a_failure_names_the_request(few_pages):
    response = Client(raise_request_exception=False).get("/break/")

    assert f"<code>{response['X-Request-ID']}</code>" in response.content.decode()
    assert "お問い合わせ番号" in response.content.decode()


def test_what_is_not_there_has_no_route_and_no_line_of_django_s(client, db, lines):
    response = client.get("/no/such/陽菜")

    assert response.status_code == 404
    line = lines.only("answer_request")
    assert (line["route"], line["status"], line["level"]) == (None, 404, "info")
    assert [line for line in lines() if line["logger"] == "django.request"] == []


def test_static_files_are_told_only_to_who_wants_all(client, lines):
    response = client.get("/static/elearning/css/base.css")
    b"".join(response.streaming_content)

    line = lines.only("answer_request")
    assert (line["route"], line["status"], line["level"]) == (None, 200, "debug")


def test_a_missing_static_file_is_no_small_matter(client, db, lines):
    client.get("/static/elearning/css/gone.css")

    assert lines.only("answer_request")["level"] == "info"


@pytest.mark.parametrize("probe", ["/livez", "/readyz"])
def test_probes_are_not_told(client, lines, probe):
    client.get(probe)

    assert lines("answer_request") == []


def test_an_odd_method_is_not_repeated(few_pages, client, lines):
    client.generic("HARUNA", "/speak/")

    assert lines.only("answer_request")["method"] == "OTHER"


def test_who_signs_in_is_on_the_line_that_lets_him_in(cast, client, lines):
    client.post("/login/", {"login": "haruna", "password": PASSWORD})

    assert lines.only("answer_request")["user"] == hashed(cast.haruna.pk)


def test_nobody_is_nobody(client, db, lines):
    client.get("/")

    assert "user" not in lines.only("answer_request")


def test_a_person_s_sign_is_the_same_each_time_and_the_secret_key_s_own(settings):
    settings.SECRET_KEY = "one"
    first = hashed(7)
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert hashed(7) == hashed("7") == first
    assert hashed(8) != first
    settings.SECRET_KEY = "two"
    assert hashed(7) != first


def test_a_request_that_ends_with_its_process_is_told_too(rf, lines):
    """gunicorn ends a thread's request so when its time to leave has come."""

    def leave(request):
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        RequestLogMiddleware(leave)(rf.get("/"))

    assert lines.only("answer_request")["status"] == 500
