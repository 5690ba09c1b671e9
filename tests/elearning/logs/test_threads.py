"""Lines are whole, whoever writes at the same time."""

import json
import logging
import os
import threading

import pytest

from elearning.logs import context
from elearning.logs.formatter import JsonFormatter
from elearning.logs.stdout import Stdout

THREADS = 100
EACH = 50


@pytest.fixture
def logger():
    made = logging.Logger("elearning.tests")
    return made


def test_a_hundred_threads_write_whole_lines_with_their_own_context(tmp_path, logger):
    path = tmp_path / "log"
    with path.open("wb") as file:
        handler = Stdout(file.fileno())
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        together = threading.Barrier(THREADS)

        def write(number: int) -> None:
            with context.bind(request_id=f"{number:032}"):
                together.wait()
                for count in range(EACH):
                    extra = {"number": number, "count": count, "words": "終\n" * 500}
                    logger.warning("write_line", extra=extra)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert len(lines) == THREADS * EACH
    assert {(line["number"], line["count"]) for line in lines} == {
        (number, count) for number in range(THREADS) for count in range(EACH)
    }
    assert all(line["request_id"] == f"{line['number']:032}" for line in lines)


def test_a_line_goes_out_by_one_call(logger, monkeypatch):
    calls = []

    def write(fd: int, data: bytes) -> int:
        calls.append((fd, data))
        return len(data)

    monkeypatch.setattr("elearning.logs.stdout.os.write", write)
    handler = Stdout(99)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)

    logger.warning("write_line", extra={"words": "x" * 15_000})

    ((fd, data),) = calls
    assert fd == 99
    assert data.endswith(b"}\n")


def test_what_a_full_pipe_took_half_of_is_sent_to_its_end(logger, monkeypatch):
    taken = bytearray()

    def write(fd: int, data: bytes) -> int:
        taken.extend(data[:100])
        return len(data[:100])

    monkeypatch.setattr("elearning.logs.stdout.os.write", write)
    handler = Stdout(99)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)

    logger.warning("write_line", extra={"words": "x" * 1000})

    assert json.loads(taken)["words"] == "x" * 1000


def test_work_goes_on_when_nobody_reads_any_more(logger):
    reading, writing = os.pipe()
    os.close(reading)
    handler = Stdout(writing)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)

    logger.warning("write_line")

    os.close(writing)


def test_a_line_that_cannot_be_made_is_told_without_its_record(logger, tmp_path, capfd):
    class Broken(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            raise RuntimeError("陽菜")

    with (tmp_path / "log").open("wb") as file:
        handler = Stdout(file.fileno())
        handler.setFormatter(Broken())
        logger.addHandler(handler)
        logger.warning("write_line", extra={"words": "陽菜"})

    line = json.loads((tmp_path / "log").read_bytes())
    assert line == {"level": "error", "event": "lose_line", "logger": "elearning.logs"}
    assert capfd.readouterr() == ("", "")
