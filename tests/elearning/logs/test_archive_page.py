"""docs/logs.md, "The archive": what it names is there."""

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import load_command_class

from elearning.logs.archive.questions import questions

PAGE = (Path(__file__).resolve().parents[3] / "docs/logs.md").read_text()
ARCHIVE = PAGE.partition("\n## The archive\n")[2].partition("\n## ")[0]
COMMANDS = re.findall(
    r"manage\.py (logs(?: [^#\n]+)?)", re.search(r"```sh\n(.+?)```", ARCHIVE, re.S)[1]
)


def test_the_questions_of_the_page_are_those_that_exist():
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", ARCHIVE, re.MULTILINE)) == list(questions())


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_page_is_one_that_is_taken(line):
    _, *arguments = shlex.split(line)
    command = load_command_class("elearning.logs", "logs")
    options = vars(command.create_parser("manage.py", "logs").parse_args(arguments))
    assert options["question"] in [None, *questions()]


def test_there_are_commands_on_the_page():
    assert len(COMMANDS) == 6
