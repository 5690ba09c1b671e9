"""docs/logs.md lists exactly the events that there are."""

import ast
import re
from pathlib import Path

from elearning.db import words
from elearning.logs import libraries

from .test_event_names import calls

ROOT = Path(__file__).resolve().parents[3]


def in_code() -> set[str]:
    ours = {said.value for _, _, said in calls() if isinstance(said, ast.Constant)}
    theirs = {event for known in libraries._SENTENCES.values() for event in known.values()}
    theirs |= {event for _, _, event in libraries._BEGINNINGS} | {libraries.SAID}
    # These are said without a call.
    return ours | theirs | set(words.EVENTS) | {"warn", "say", "lose_line", "lose_lines"}


def listed() -> list[str]:
    page = (ROOT / "docs/logs.md").read_text()
    table = page.split("## Events")[1].split("## ")[0]
    firsts = re.findall(r"^\| (`.+?) \|", table, flags=re.MULTILINE)
    return [name for first in firsts for name in re.findall(r"`(\w+)`", first)]


def test_the_table_lists_what_is_said_and_nothing_else():
    said, told = in_code(), set(listed())

    assert said - told == set(), "These are missing in docs/logs.md."
    assert told - said == set(), "Nobody says these any more."


def test_it_lists_each_once():
    assert len(listed()) == len(set(listed()))
