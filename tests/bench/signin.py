"""What one sign-in costs: CPU time and memory of checking one password.

Run `python tests/bench/signin.py [checks]`. It hashes with the site's own first hasher and
measures `check_password` by this process's CPU time, so that other work on the machine
counts little. Exit status 1 if the median leaves the range that the hasher promises.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISED_MS = (30, 60)


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="elearning-bench-"))
    import django

    django.setup()
    from django.contrib.auth.hashers import check_password, get_hasher, make_password

    checks = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    stored = make_password("tests-only-1")
    check_password("tests-only-1", stored)
    spent = []
    for _ in range(checks):
        began = time.process_time()
        if not check_password("tests-only-1", stored):
            raise SystemExit("The hasher does not know its own password.")
        spent.append((time.process_time() - began) * 1000)
    parts = get_hasher().decode(stored)
    median = statistics.median(spent)
    within = PROMISED_MS[0] <= median <= PROMISED_MS[1]
    report = [
        f"sign-in: {parts['algorithm']} ({parts['variety']}), {checks} checks",
        f"  CPU ms       min {min(spent):.1f}  median {median:.1f}  max {max(spent):.1f}",
        f"  memory       {parts['memory_cost'] / 1024:.0f} MiB a sign-in in progress",
        f"  passes       {parts['time_cost']}, lanes {parts['parallelism']}",
        f"  one core     {1000 / median:.0f} sign-ins a second",
        f"  {'ok' if within else 'OUT OF RANGE'}: promised {PROMISED_MS[0]}–{PROMISED_MS[1]} ms",
    ]
    sys.stdout.write("\n".join(report) + "\n")
    return 0 if within else 1


if __name__ == "__main__":
    raise SystemExit(main())
