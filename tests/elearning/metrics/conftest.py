"""Nothing is counted yet, no thread runs, and what is told comes as the log's real lines."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from elearning.logs.formatter import JsonFormatter
from elearning.metrics import emitting
from elearning.metrics.counting import counting
from tests.elearning.metrics.emf_rules import checked


@pytest.fixture(autouse=True)
def _fresh(monkeypatch) -> Iterator[None]:
    counting.__init__()
    monkeypatch.setattr(emitting, "_emitter", None)
    yield
    if emitting._emitter is not None:
        emitting._emitter.finish()
    counting.__init__()


class Lines(logging.Handler):
    """What the logger "elearning.metrics" was given, as lines of JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter("2026.11.21"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Each checked by the rules of the format."""
        return [checked(line) for line in self.lines]


@pytest.fixture
def told() -> Iterator[Lines]:
    handler = Lines()
    emitting.log.addHandler(handler)
    yield handler
    emitting.log.removeHandler(handler)


@pytest.fixture
def tell(told) -> Callable[[emitting.Source], list[dict[str, Any]]]:
    """What this source tells now: the checked documents, as CloudWatch would get them."""

    def documents(source: emitting.Source) -> list[dict[str, Any]]:
        told.lines.clear()
        emitting.Emitter(source).tell()
        return told.documents

    return documents
