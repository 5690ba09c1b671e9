"""Which database a response has asked, by its Server-Timing header."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """Numbers of queries."""

    reader: int
    writer: int


def asked(response) -> Asked:
    header = response.headers["Server-Timing"]
    counts = {
        name: int(count)
        for name, count in re.findall(r'(reader|writer);dur=[\d.]+;desc="(\d+)"', header)
    }
    return Asked(counts["reader"], counts["writer"])


def only_reader(response) -> bool:
    found = asked(response)
    return found.reader > 0 and found.writer == 0


def only_writer(response) -> bool:
    found = asked(response)
    return found.writer > 0 and found.reader == 0
