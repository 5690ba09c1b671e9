"""What a seek costs where files lie on this disk: the time to the first byte of a film's middle.

Run `python tests/bench/delivery.py [seeks]`. It serves a film of a gigabyte (a file with holes:
what it holds does not matter here) by gunicorn as deployed, to a student who is signed in, and
asks for random places as a player does, in turns with a small static file of the same site.
Exit status 1 if the 95th percentile leaves what is promised.
"""

import http.client
import os
import random
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIB = 1024**3
SECONDS = 3000
PROMISED_MS = 100
STATIC = "/static/materials/memory.js"


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from tests.drills.site import Site, environment
    from tests.servers.folder import ServerFolder

    seeks = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    folder = ServerFolder("elearning-bench-")
    os.environ.update(environment(folder.path, processes=1, threads=4))
    site = Site(folder, folder.path / "site.log")
    try:
        path, cookie = prepare()
        site.start()
        spent = measure(site.port, path, cookie, seeks)
    finally:
        site.stop()
        folder.close()
    return report(spent)


def prepare() -> tuple[str, str]:
    """The address of the film, and a student's cookie."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.base import SessionBase
    from django.core.management import call_command
    from django.utils.module_loading import import_string

    from courses.materials.queries import file_url
    from elearning.storage.current import material_storage
    from elearning.uploads.models import Upload, UploadState
    from tests.cast import assemble

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cast = assemble()
    upload = Upload.objects.create(
        owner=cast.tanaka,
        category="video",
        name="授業.mp4",
        size=GIB,
        part_size=GIB,
        state=UploadState.PUBLISHED,
        content_type="video/mp4",
        key="verified/film",
        duration_seconds=SECONDS,
    )
    cast.video.video.upload = upload
    cast.video.video.save(update_fields=["upload"])
    file = Path(material_storage().path(upload.key))  # type: ignore[attr-defined] - LocalFiles here
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as film:
        film.truncate(GIB)

    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(cast.haruna.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = cast.haruna.get_session_auth_hash()
    session.save()
    return file_url(upload), f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def measure(port: int, path: str, cookie: str, seeks: int) -> dict[str, list[float]]:
    """Milliseconds until the first byte, of seeks and of the static file, in turns."""
    spent: dict[str, list[float]] = {"seek": [], "static": []}
    places = random.Random(4)  # the same places each time
    for number in range(seeks + 5):
        start = places.randrange(GIB - 1)
        headers = {"Cookie": cookie, "Range": f"bytes={start}-", "Sec-Fetch-Dest": "video"}
        seek = first_byte(port, path, headers, status=206)
        static = first_byte(port, STATIC, {}, status=200)
        if number >= 5:  # the first are to warm up
            spent["seek"].append(seek)
            spent["static"].append(static)
    return spent


def first_byte(port: int, path: str, headers: dict[str, str], *, status: int) -> float:
    """Of a request in a connection of its own, which is then left as a player leaves it."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        if answer.status != status:
            raise SystemExit(f"{path} answers {answer.status}, not {status}.")
        answer.read(1)
        return (time.perf_counter() - began) * 1000
    finally:
        line.close()


def report(spent: dict[str, list[float]]) -> int:
    lines = [f"delivery: {len(spent['seek'])} seeks in a film of 1 GiB, ms until the first byte"]
    for name, each in spent.items():
        lines.append(f"  {name:<8} median {statistics.median(each):6.1f}  p95 {p95(each):6.1f}")
    ratio = statistics.median(spent["seek"]) / statistics.median(spent["static"])
    within = p95(spent["seek"]) < PROMISED_MS
    lines.append(f"  a seek takes {ratio:.1f} times as long as a small static file")
    lines.append(f"  {'ok' if within else 'OUT OF RANGE'}: promised below {PROMISED_MS} ms")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if within else 1


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    raise SystemExit(main())
