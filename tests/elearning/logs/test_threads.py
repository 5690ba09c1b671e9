"""Lines are whole, whoever writes at the same time."""

import json
import logging
import os
import threading
from contextlib import suppress

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


@pytest.fixture
def full(logger, monkeypatch):
    """`full(seconds)`: the reading end of a pipe that is full; lines wait so long for room."""
    ends = []

    def full(seconds: float) -> int:
        monkeypatch.setattr("elearning.logs.stdout.PATIENCE", seconds)
        reading, writing = os.pipe()
        ends.extend((reading, writing))
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            while os.write(writing, b"\n" * 4096):
                pass
        os.set_blocking(writing, True)
        handler = Stdout(writing)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        return reading

    yield full
    for end in ends:
        os.close(end)


def read_all(reading: int) -> list[dict]:
    return [json.loads(line) for line in os.read(reading, 2**20).split(b"\n") if line]


def test_work_goes_on_when_the_reader_stands_still_and_the_loss_is_told(logger, full):
    reading = full(0.01)

    def work() -> None:
        with context.bind(request_id="5" * 32):
            for _ in range(5):
                logger.warning("write_line")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not [thread for thread in threads if thread.is_alive()]

    assert read_all(reading) == []
    with context.bind(request_id="6" * 32):
        logger.warning("go_on")
        logger.warning("go_on")
    loss, *lines = read_all(reading)
    assert (loss["event"], loss["level"], loss["lost"]) == ("lose_lines", "error", 15)
    assert "request_id" not in loss
    assert [line["event"] for line in lines] == ["go_on"] * 2


def test_only_the_first_line_waits_for_a_reader_who_stands_still(logger, full, monkeypatch):
    waits = []
    has_room = Stdout._has_room
    monkeypatch.setattr(
        Stdout, "_has_room", lambda self, seconds: waits.append(seconds) or has_room(self, seconds)
    )
    full(0.01)

    for _ in range(3):
        logger.warning("write_line")

    assert waits == [0.01, 0, 0]


def test_a_line_waits_for_a_reader_who_is_only_behind(logger, full):
    reading = full(60)
    writer = threading.Thread(target=logger.warning, args=("write_line",), daemon=True)
    writer.start()

    os.read(reading, 2**20)
    writer.join(20)

    assert [line["event"] for line in read_all(reading)] == ["write_line"]
