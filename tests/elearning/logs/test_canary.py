"""A canary is planted wherever people put what is theirs, and never sings in the log.

A real gunicorn and a real worker; all that they write to stdout and stderr is read.
"""

import hashlib
import http.client
import json
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

import pytest

from tests.servers.site import HOST, Site

from .breaking.urls import WAYS

CANARY = "kanaria"
NAME = "カナリア"
SPELLINGS = [
    CANARY,
    NAME,
    quote(NAME),
    NAME.encode("unicode_escape").decode(),
    str(NAME.encode())[2:-1],
    NAME.encode().decode("latin-1"),
    json.dumps(NAME).strip('"'),
]
PASSWORD = f"{CANARY}-pass-1"
ANSWER = f"{NAME} {CANARY} answer"
LINK = f"https://bucket.example/verified/{CANARY}?X-Amz-Signature={CANARY}"
PEOPLE = f"""
from accounts.models import User
from courses.catalog.models import Course
for former, username in (("tanaka", "{CANARY}"), ("midori", "{CANARY}-office")):
    person = User.objects.get(username=former)
    person.username, person.email = username, f"{{username}}@example.com"
    person.family_name, person.given_name = "{NAME}", "鳴子"
    person.set_password("{PASSWORD}")
    person.save()
Course.objects.update(title="{NAME}語")
"""


@dataclass
class Browser:
    """Sends the canary in every header that there is."""

    port: int
    cookies: dict[str, str] = field(default_factory=lambda: {"theme": CANARY})

    def send(self, method: str, path: str, body=b"", **headers: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(HOST, self.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        planted = {
            "Cookie": cookies,
            "User-Agent": CANARY,
            "Referer": f"http://{HOST}/{CANARY}",
            "Authorization": f"Bearer {CANARY}",
            "X-Request-ID": CANARY,
            "X-Amzn-Trace-Id": f"Root=1-67891233-abcdef012345678912345678;Name={CANARY}",
            f"X-{CANARY}": CANARY,
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body=body, headers=planted | headers)
            answer = line.getresponse()
            for name, morsel in SimpleCookie(
                "; ".join(answer.headers.get_all("Set-Cookie", []))
            ).items():
                self.cookies[name] = morsel.value
            return answer.status, answer.read()
        except http.client.IncompleteRead:
            return 200, b""
        finally:
            line.close()

    def post(self, path: str, **form: str) -> tuple[int, bytes]:
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", path, urlencode(form).encode(), Content_Type=kind)

    def post_json(self, path: str, body: object) -> tuple[int, bytes]:
        kind = "application/json"
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, text, Content_Type=kind)

    def sign_in(self, username: str, password: str) -> int:
        self.send("GET", f"/login/?next=/{CANARY}")
        return self.post("/login/", login=username, password=password)[0]


def pages_and_forms(browser: Browser) -> None:
    assert browser.sign_in(CANARY, f"{CANARY}-wrong") == 200
    assert browser.sign_in(CANARY, PASSWORD) == 302
    assert browser.send("GET", f"/?q={CANARY}")[0] == 200
    assert browser.send("GET", f"/teach/materials/?q={quote(NAME)}")[0] == 200
    assert browser.post("/teach/notes/preview/", body=f"# {ANSWER} {LINK}")[0] == 200
    assert browser.post("/password/change/", oldpassword=CANARY, password1=CANARY)[0] == 200
    assert browser.post("/password/reset/", email=f"{CANARY}@example.com")[0] in (200, 302)
    assert browser.send("GET", f"/{quote(NAME)}/?{CANARY}")[0] == 404
    assert (
        browser.send("GET", f"/files/{'0' * 8}-0000-4000-8000-{'0' * 12}/{quote(NAME)}.pdf")[0]
        == 404
    )
    assert browser.send("POST", "/profile/", X_CSRFToken=CANARY)[0] == 403
    assert browser.send("GET", f"/{CANARY}", Host=f"{CANARY}.example")[0] == 400


def uploads(browser: Browser, lesson: int) -> None:
    begin = f"/teach/lessons/{lesson}/uploads/"
    assert browser.post_json(begin, {"name": f"{NAME}.exe", "size": 9})[0] == 400
    assert browser.post_json(begin, f'{{"name": "{CANARY}'.encode())[0] == 400
    data = f"%PDF-1.7 {ANSWER} {LINK}".encode()
    status, answer = browser.post_json(begin, {"name": f"{NAME}.pdf", "size": len(data)})
    assert status == 201
    upload = f"/uploads/{json.loads(answer)['id']}"
    digest = hashlib.sha256(data).hexdigest()
    assert browser.post_json(f"{upload}/parts/", {"number": 1, "sha256": CANARY})[0] == 422
    status, answer = browser.post_json(f"{upload}/parts/", {"number": 1, "sha256": digest})
    assert status == 200
    target = json.loads(answer)
    wanted = {name.replace("-", "_"): value for name, value in target["headers"].items()}
    assert browser.send("PUT", f"{upload}/parts/1/", data, **wanted)[0] == 200
    assert browser.post_json(f"{upload}/complete/", {})[0] == 200


def office(browser: Browser) -> None:
    browser.sign_in(f"{CANARY}-office", PASSWORD)
    browser.send("GET", f"/admin/accounts/user/?q={CANARY}")
    browser.post("/admin/accounts/user/add/", username=CANARY, family_name=NAME, email=CANARY)


def broken_requests(browser: Browser) -> None:
    large = b"login=" + CANARY.encode() * 500_000
    form = "application/x-www-form-urlencoded"
    assert browser.send("POST", "/login/", large, Content_Type=form)[0] in (400, 413)
    boundary = f"multipart/form-data; boundary={CANARY}"
    browser.send("POST", "/profile/", f"--{CANARY}\r\n{NAME}".encode(), Content_Type=boundary)
    browser.send(
        "POST", "/profile/", b"", Content_Type="multipart/form-data; boundary=" + "x" * 300
    )
    for raw in (
        f"{CANARY}\r\n\r\n",
        f"GET /{CANARY} {CANARY}/9.9\r\n\r\n",
        f"GET /{CANARY}?{CANARY} HTTP/1.1\r\n{CANARY} {CANARY}: x\r\n\r\n",
        f"GET /{CANARY} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST /login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500\r\n\r\nlogin={CANARY}",
    ):
        with socket.create_connection((HOST, browser.port), timeout=10) as line:
            line.sendall(raw.encode())
            if not raw.endswith("\r\n\r\n"):
                line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass


def breaking_views(browser: Browser) -> None:
    for way in WAYS:
        path = f"/break/{way.__name__}/"
        browser.send("GET", f"{path}?answer={quote(ANSWER)}")
        browser.post(path, answer=ANSWER)


def wait_for_tasks(site: Site) -> None:
    """Until the worker has looked at the file, and failed with both answers."""
    deadline = time.monotonic() + 60
    while True:
        written = site.worker.log.read_text()
        if written.count("urls.fail_with") >= 2 and "tasks.verify_upload" in written:
            return
        assert time.monotonic() < deadline, "The worker has not ended its tasks."
        time.sleep(0.1)


@pytest.fixture(scope="module", params=["INFO", "DEBUG"])
def said(request) -> list[str]:
    """All that web and worker wrote while everything was tried, line by line."""
    site = Site(
        {
            "LOG_LEVEL": request.param,
            "LOG_FORMAT": "json",
            "RELEASE": "r7",
            "DJANGO_SETTINGS_MODULE": "tests.elearning.logs.breaking.settings",
        }
    )
    site.start()
    try:
        site.manage("shell", "-v", "0", "-c", PEOPLE)
        lesson = site.rows("select id from catalog_lesson")[0][0]
        browser = Browser(site.address.port)
        pages_and_forms(browser)
        uploads(browser, lesson)
        breaking_views(browser)
        broken_requests(browser)
        office(Browser(site.address.port))
        wait_for_tasks(site)
        site.worker.stop()
        site.web.stop()
        written = site.web.log.read_text() + site.worker.log.read_text()
        # The commands that fill the database write there too, before all else.
        return [line for line in written.splitlines() if "objects imported" not in line and line]
    finally:
        site.stop()


def test_the_canary_is_never_heard(said):
    heard = [line for line in said if any(each.lower() in line.lower() for each in SPELLINGS)]

    assert heard == []


def test_every_line_is_one_object_with_its_fields(said):
    lines = [json.loads(line) for line in said]

    first = ["time", "level", "event", "logger"]
    assert [line for line in lines if list(line)[:4] != first] == []
    assert {line["service"] for line in lines} == {"web", "worker"}
    assert {line["release"] for line in lines} == {"r7"}


def test_all_that_was_tried_is_told(said):
    """Or the canary would be silent because nobody was."""
    lines = [json.loads(line) for line in said]
    answers = Counter(
        (line["route"], line["status"]) for line in lines if line["event"] == "answer_request"
    )
    events = Counter((line["service"], line["event"]) for line in lines)

    for answer in [
        ("account_login", 200),
        ("account_login", 302),
        ("home", 200),
        ("materials:search", 200),
        ("materials:file", 404),
        ("materials:begin_upload", 201),
        ("materials:begin_upload", 400),
        ("uploads:part", 200),
        ("uploads:complete", 200),
        ("raises", 500),
        ("sql", 500),
        ("template", 500),
        ("stream", 200),
        ("queue", 200),
        (None, 404),
    ]:
        assert answers[answer], (answer, answers)
    assert events["web", "fail_request"] >= 6
    assert events["web", "refuse_request"] >= 3
    assert events["web", "crash_thread"] == 2
    assert events["web", "warn"] >= 1
    assert events["worker", "start_worker"] == 1
    assert {"type": "ValueError"} in [
        line.get("error") for line in lines if line.get("task", "").endswith("fail_with")
    ]
    streams = [line for line in lines if line.get("route") == "stream" and "status" in line]
    assert {line["broken_off"] for line in streams} == {"ValueError"}
