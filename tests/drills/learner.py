"""One student at one browser: reads pages, and sends heartbeats as study.js does.

That is: what was not answered is sent again as it was, under the same key, after Retry-After; only
then comes the next. Unlike there a beat is one second, a pause without Retry-After is short and
without jitter, and some answers are thrown away on purpose.
"""

import html
import http.client
import json
import random
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from tests.drills.school import School, Student
from tests.drills.site import HOST

BEAT_EVERY = 1.0
READ_EVERY = 1.0
"""Seconds on the average."""
BELL_EVERY = 2.0
"""Seconds after which the whole class opens a page at once, each over a new connection: so
that work comes to every process, and more of it than it has threads."""
PAUSE = 0.3
"""Seconds until what was refused without a Retry-After is sent again."""
ANSWER_WITHIN = 15.0
LOSE_EVERY = 3
"""Of so many answers to heartbeats one is lost on the way: the heartbeat is sent again."""
NOTICE = "ただいま保存先を切り替えています。"


@dataclass(slots=True)
class Beat:
    """One heartbeat, however often it was sent."""

    key: str
    body: bytes
    total: int
    """Seconds of the sitting, this heartbeat's one second included."""
    loses_answer: bool
    acknowledged_at: float | None = None
    """When it was answered 200 for the first time."""
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, from its sending to its answer's last byte; times are time.monotonic()."""

    method: str
    path: str
    status: int
    """0: there was no answer."""
    began: float
    ended: float


@dataclass(slots=True)
class Diary:
    """What one student saw; times are time.monotonic()."""

    exchanges: list[Exchange] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    refusals: int = 0
    refused: list[tuple[float, float]] = field(default_factory=list)
    """From the sending of the first that was refused to the next that was acknowledged."""
    repeats: int = 0
    """Heartbeats that were answered again, after their first answer was lost."""
    wrong_answers: list[str] = field(default_factory=list)
    """To heartbeats: neither the acknowledgement nor a request to come again."""
    reads: int = 0
    failed_reads: list[str] = field(default_factory=list)
    notices: int = 0
    slowest_read: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    """0: there was none."""
    headers: http.client.HTTPMessage
    body: bytes


class Learner(threading.Thread):
    """Reads and sends until `leave` is set, in a rhythm of his own but for the bell, which
    rings first when all have come to `door`."""

    def __init__(
        self,
        school: School,
        student: Student,
        port: int,
        door: threading.Barrier,
        leave: threading.Event,
    ) -> None:
        super().__init__(name=f"learner-{student.pk}", daemon=True)
        self.student = student
        self.diary = Diary()
        self.finished = False
        """Whether he has left as he was asked to."""
        self._pages = school.pages
        self._door = door
        self._leave = leave
        self._line = http.client.HTTPConnection(HOST, port, timeout=ANSWER_WITHIN)
        self._cookies = dict(student.cookies)
        self._sitting = secrets.token_hex(16)
        self._beat_path = ""
        self._csrf_token = ""
        self._unanswered: Beat | None = None
        self._refused_since: float | None = None

    def run(self) -> None:
        self._door.wait()
        next_bell = next_read = time.monotonic()
        next_beat = next_read + random.uniform(0, BEAT_EVERY)
        while not self._leave.is_set():
            now = time.monotonic()
            if now >= next_read:
                if now >= next_bell:
                    next_bell += BELL_EVERY
                    self._line.close()
                next_read = min(now + random.uniform(0.5, 1.5) * READ_EVERY, next_bell)
                self._read()
            elif self._csrf_token and now >= next_beat:
                next_beat = now + self._beat()
            else:
                due = min(next_read, next_beat) if self._csrf_token else next_read
                self._leave.wait(due - now)
        if self._refused_since is not None:
            self.diary.refused.append((self._refused_since, time.monotonic()))
        self._line.close()
        self.finished = True

    # --- Reading --------------------------------------------------------------------------

    def _read(self) -> None:
        turn = self.diary.reads if self._csrf_token else 0
        path = self._pages[turn % len(self._pages)]
        began = time.monotonic()
        answer = self._exchange("GET", path)
        diary = self.diary
        diary.reads += 1
        diary.slowest_read = max(diary.slowest_read, time.monotonic() - began)
        if answer.status != 200:
            where = answer.headers.get("Location", "")
            diary.failed_reads.append(f"{path}: {answer.status} {where}".rstrip())
            return
        page = answer.body.decode()
        diary.notices += NOTICE in page
        if not self._csrf_token:
            self._open(page)

    def _open(self, page: str) -> None:
        """What study.js takes from the page that it runs in."""
        beat_path = re.search(r'data-beat-url="([^"]+)"', page)
        headers = re.search(r"hx-headers='([^']+)'", page)
        assert beat_path, "The page has no study.js in it."
        assert headers, "The page has no CSRF token in it."
        self._beat_path = html.unescape(beat_path[1])
        self._csrf_token = json.loads(html.unescape(headers[1]))["X-CSRFToken"]

    # --- Sending --------------------------------------------------------------------------

    def _beat(self) -> float:
        """Send what is due; seconds until the next sending."""
        beat = self._unanswered or self._next()
        began = time.monotonic()
        answer = self._exchange(
            "POST",
            self._beat_path,
            beat.body,
            {
                "Content-Type": "application/json",
                "Idempotency-Key": beat.key,
                "X-CSRFToken": self._csrf_token,
            },
        )
        if answer.status == 200:
            return self._acknowledged(beat, answer)
        if answer.status not in (0, 409, 503):
            self.diary.wrong_answers.append(f"{answer.status} {answer.body[:200]!r}")
        self.diary.refusals += 1
        if self._refused_since is None:
            self._refused_since = began
        return float(answer.headers.get("Retry-After", PAUSE))

    def _next(self) -> Beat:
        total = len(self.diary.beats) + 1
        payload = {"seconds": 1, "position": None, "sitting": self._sitting, "total": total}
        self._unanswered = Beat(
            key=secrets.token_hex(16),
            body=json.dumps(payload).encode(),
            total=total,
            loses_answer=total % LOSE_EVERY == LOSE_EVERY - 1,
        )
        self.diary.beats.append(self._unanswered)
        return self._unanswered

    def _acknowledged(self, beat: Beat, answer: Answer) -> float:
        now = time.monotonic()
        if self._refused_since is not None:
            self.diary.refused.append((self._refused_since, now))
            self._refused_since = None
        if beat.acknowledged_at is None:
            beat.acknowledged_at, beat.answer = now, answer.body
            if beat.loses_answer:
                return BEAT_EVERY
        else:
            self.diary.repeats += 1
            if answer.body != beat.answer:
                self.diary.wrong_answers.append(f"{beat.answer!r}, then {answer.body!r}")
        self._unanswered = None
        return BEAT_EVERY

    # --- The line -------------------------------------------------------------------------

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        began = time.monotonic()
        answer = self._asked(method, path, body, headers or {})
        self.diary.exchanges.append(Exchange(method, path, answer.status, began, time.monotonic()))
        return answer

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._line.request(method, path, body, {"Cookie": cookies, **headers})
            response = self._line.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self._line.close()
            return Answer(0, http.client.HTTPMessage(), b"")
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, cookie in SimpleCookie(header).items():
                if cookie["max-age"] == "0":
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = cookie.value
        return answer
