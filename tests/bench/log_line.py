"""What the line of a request costs: CPU time of the logging call, formatter and handler included.

Run `python tests/bench/log_line.py [lines]`. It writes `answer_request` as RequestLogMiddleware
does, with all its fields, to /dev/null; the best of several rounds counts, for what else the
machine does is no cost of ours. Exit status 1 if a line costs more than is promised.
"""

import logging
import logging.config
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISED_US = 30
ROUNDS = 7


def main() -> int:
    sys.path.insert(0, str(ROOT))
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    spent = min(round_of(lines) for _ in range(ROUNDS))
    within = spent < PROMISED_US
    sys.stdout.write(
        f"log_line: {lines} lines of answer_request, {ROUNDS} rounds\n"
        f"  {spent:.1f} µs of CPU time a line\n"
        f"  {'ok' if within else 'OUT OF RANGE'}: promised below {PROMISED_US} µs\n"
    )
    return 0 if within else 1


def round_of(lines: int) -> float:
    """Microseconds of CPU time a line."""
    from elearning.logs import context
    from elearning.logs.configuration import logging_config

    nowhere = os.open(os.devnull, os.O_WRONLY)
    config = logging_config(level="INFO", form="json", release="2026.11.21-1")
    config["handlers"]["stdout"]["fd"] = nowhere
    logging.config.dictConfig(config)
    log = logging.getLogger("elearning.logs.middleware")
    request = {
        "request_id": "0123456789abcdef0123456789abcdef",
        "trace_id": "Root=1-67891233-abcdef012345678912345678",
        "user": "0123456789abcdef",
    }
    fields = {
        "method": "GET",
        "route": "learning:activity",
        "status": 200,
        "ms": 43.2,
        "db_ms": 12.5,
        "reader_queries": 14,
        "writer_queries": 0,
    }
    try:
        with context.bind(**request):
            began = time.process_time()
            for _ in range(lines):
                log.info("answer_request", extra=fields)
            return (time.process_time() - began) / lines * 1_000_000
    finally:
        os.close(nowhere)


if __name__ == "__main__":
    raise SystemExit(main())
