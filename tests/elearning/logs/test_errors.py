"""An exception in the log: its type, its place, its causes, and none of its words."""

import json
import logging
import re
import sqlite3

import pytest
from botocore.exceptions import ClientError
from django.db.utils import IntegrityError, OperationalError

from elearning.logs.errors import CAUSES, FRAMES, described


def raised(act) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - any of them is the point
        act()
    return caught.value


def fail(error: BaseException):
    raise error


def test_a_type_of_ours_has_its_full_name_and_a_builtin_its_short_one():
    class Own(Exception):
        pass

    assert described(raised(lambda: fail(ValueError("陽菜"))))["error"] == {"type": "ValueError"}
    own = described(raised(lambda: fail(Own())))["error"]["type"]
    assert own.endswith(
        "test_a_type_of_ours_has_its_full_name_and_a_builtin_its_short_one.<locals>.Own"
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError(2013, "Lost connection to haruna@db"), 2013),
        (IntegrityError("haruna"), None),
        (FileNotFoundError(2, "No such file", "/home/haruna"), 2),
        (OSError("haruna@example.com", "is refused"), None),
        (KeyError(20080401), None),
        (ValueError(20080401), None),
        (
            ClientError({"Error": {"Code": "NoSuchKey", "Message": "haruna"}}, "GetObject"),
            "NoSuchKey",
        ),
        (ClientError({"Error": {"Code": "haruna@example.com"}}, "GetObject"), None),
    ],
)
def test_only_codes_that_their_makers_list_are_told(error, code):
    told = described(error)["error"]

    assert told.get("code") == code
    assert "haruna" not in json.dumps(told)
    assert "20080401" not in json.dumps(told)


def test_sqlite_s_own_code_is_told():
    error = raised(lambda: sqlite3.connect(":memory:").execute("select 1 from haruna"))

    assert described(error)["error"] == {"type": "sqlite3.OperationalError", "code": 1}


def test_the_stack_ends_where_it_happened():
    stack = described(raised(lambda: fail(ValueError("陽菜"))))["stack"]

    assert re.fullmatch(r"tests/elearning/logs/test_errors\.py:\d+ fail", stack[-1])
    assert re.fullmatch(r"tests/elearning/logs/test_errors\.py:\d+ raised", stack[0])


def test_a_stack_without_end_is_shortened_in_its_middle():
    def again(depth: int) -> None:
        if depth:
            again(depth - 1)
        else:
            raise ValueError

    stack = described(raised(lambda: again(300)))["stack"]

    assert len(stack) == FRAMES + 1
    assert stack[0].endswith(" raised")
    assert stack[-1].endswith(".again")
    assert re.fullmatch(r"\.\.\. \d+ more", stack[5])


def test_libraries_are_named_as_they_are_imported():
    error = raised(lambda: json.loads("{"))

    assert re.fullmatch(
        r"json/decoder\.py:\d+ JSONDecoder\.raw_decode", described(error)["stack"][-1]
    )


def test_causes_follow_the_nearest_first_and_hidden_ones_do_not():
    def chain() -> None:
        try:
            try:
                fail(KeyError("陽菜"))
            except KeyError:
                fail(OSError(5, "陽菜"))
        except OSError as error:
            raise ValueError("陽菜") from error

    def hide() -> None:
        try:
            fail(KeyError("陽菜"))
        except KeyError:
            raise ValueError from None

    told = described(raised(chain))
    assert [(cause["type"], cause.get("code")) for cause in told["caused_by"]] == [
        ("OSError", 5),
        ("KeyError", None),
    ]
    assert told["caused_by"][0]["stack"][-1].endswith(" fail")
    assert "caused_by" not in described(raised(hide))
    assert "陽菜" not in str(told)


def test_causes_that_go_round_in_a_circle_end():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first

    assert [cause["type"] for cause in described(first)["caused_by"]] == ["KeyError"]


def test_no_values_reach_the_line(log, lines):
    try:
        secret = "陽菜の答え"
        fail(ValueError(secret))
    except ValueError:
        log.exception("fail_to_mark", exc_info=True)

    line = lines.only("fail_to_mark")
    assert line["error"] == {"type": "ValueError"}
    assert "\\u967d" not in lines.text[0]


def test_who_asks_for_the_stack_gets_it_without_an_exception(log, lines):
    log.error("save_stale", stack_info=True)

    line = lines.only("save_stale")
    assert line["stack"][-1].endswith("test_who_asks_for_the_stack_gets_it_without_an_exception")
    assert "error" not in line


def test_a_library_s_exception_is_told_like_ours(lines):
    try:
        fail(ValueError("陽菜"))
    except ValueError:
        logging.getLogger("somebody.elses").exception("Failed for %s", "陽菜")

    line = lines.only("library_said")
    assert line["error"] == {"type": "ValueError"}
    assert line["stack"][-1].endswith(" fail")
    assert "\\u967d" not in lines.text[0]


def test_of_a_long_chain_only_the_nearest_are_told():
    error = ValueError()
    for _ in range(CAUSES + 3):
        error, error.__cause__ = ValueError(), error

    assert len(described(error)["caused_by"]) == CAUSES
