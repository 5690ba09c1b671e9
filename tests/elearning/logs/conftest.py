"""What is logged in a test, as the lines it would be."""

import json
import logging

import pytest

from elearning.logs.formatter import JsonFormatter


class Lines(logging.Handler):
    """`lines(event)`: the objects of that event; all of them without one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter(release="r7"))
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    def __call__(self, event: str | None = None) -> list[dict]:
        every = [json.loads(line) for line in self.text]
        return [line for line in every if event in (None, line["event"])]

    def only(self, event: str) -> dict:
        (line,) = self(event)
        return line


@pytest.fixture
def lines():
    """Everything from DEBUG on; of Django's request log from ERROR on, as deployed."""
    root, handler = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def log(lines) -> logging.Logger:
    """A logger of ours."""
    return logging.getLogger("elearning.tests")
