"""python -m deploy.cost [--environment …] [--lines] [--json]        what a month costs"""

import argparse
import json
import sys

from deploy.cost.report import data_of, text_of
from deploy.templates.resolving import ENVIRONMENTS


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="deploy.cost", description="月の費用 / What a month costs, by service and by hour"
    )
    parser.add_argument("--environment", action="append", choices=ENVIRONMENTS)
    parser.add_argument("--lines", action="store_true", help="明細も / with each item")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    names = asked.environment or ENVIRONMENTS
    if asked.json:
        json.dump([data_of(name) for name in names], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(text_of(name, lines=asked.lines) for name in names))


if __name__ == "__main__":
    main()
