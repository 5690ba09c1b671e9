"""LOG_FORMAT=console: the same lines for people."""

import logging
import re

from elearning.logs import context
from elearning.logs.console import ConsoleFormatter


def record(name: str, message: str, *, level: int = logging.INFO, **more) -> logging.LogRecord:
    made = logging.LogRecord(name, level, __file__, 7, message, (), None)
    made.__dict__.update(more)
    return made


def test_a_request_fits_on_a_line_with_enough_of_its_id():
    said = record("elearning.logs", "answer_request", route="home", status=200, ms=12.3)

    with context.bind(request_id="0123456789" * 3, user="abcdefghijkl"):
        line = ConsoleFormatter().format(said)

    assert re.fullmatch(
        r"\d\d:\d\d:\d\d INFO    answer_request"
        r" request_id=01234567 user=abcdefgh route=home status=200 ms=12\.3",
        line,
    )


def test_trouble_has_its_place_and_its_stack():
    try:
        raise ValueError("陽菜")
    except ValueError as error:
        said = record(
            "elearning.x",
            "fail",
            level=logging.ERROR,
            exc_info=(ValueError, error, error.__traceback__),
        )

    first, *rest = ConsoleFormatter().format(said).splitlines()
    assert first.endswith("(tests/elearning/logs/test_console.py:7)")
    assert rest[0].endswith("test_trouble_has_its_place_and_its_stack")
    assert rest[-1] == "  ValueError"
    assert "ValueError: 陽菜" in ConsoleFormatter(with_values=True).format(said)


def test_words_of_libraries_are_for_a_developer_alone():
    said = record("somebody.elses", "Hello 陽菜")

    assert "陽菜" not in ConsoleFormatter().format(said)
    assert "somebody.elses: Hello 陽菜" in ConsoleFormatter(with_values=True).format(said)


def test_so_is_what_a_program_said_of_a_film():
    said = record("courses.x", "fail_ffmpeg", exit_status=1, private="moov atom of 陽菜.mp4")

    assert "陽菜" not in ConsoleFormatter().format(said)
    assert "moov atom" in ConsoleFormatter(with_values=True).format(said)


def test_long_and_odd_values_are_short():
    said = record("elearning.x", "look", words="x" * 5000, model=object())

    line = ConsoleFormatter().format(said)
    assert f"words={'x' * 200} model=" in line
    assert 'model="object"' in line


def test_a_value_can_neither_make_a_line_nor_steer_the_terminal():
    forged = "a\n17:15:30 INFO    answer_request\x1b[2J\u2028"

    for said in (
        record("elearning.x", "look", words=forged),
        record("elearning.x", f"We look {forged}"),
    ):
        line = ConsoleFormatter().format(said)
        assert len(line.splitlines()) == 1
        assert line.isprintable()
