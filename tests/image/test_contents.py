"""What is in the images, and what is not."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.image.containers import NEXT, SITE, WORKER, once, podman

LOCK = Path(__file__).parents[2] / "requirements/image.lock"
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+) ", re.MULTILINE)
BOTH = pytest.mark.parametrize("image", [SITE, WORKER])
# Public, and named like secrets: authorities of certifi and botocore, examples in packages.
NO_SECRETS = ("/site-packages/",)


def configuration(image):
    return json.loads(podman("inspect", os.environ[image]))[0]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@BOTH
def test_nobody_is_root_and_nothing_can_be_written_but_in_memory(image):
    said = once(
        image,
        "sh",
        "-c",
        "id -u; touch /tmp/here && echo memory; for place in /app /app/var/files /venv /etc; do"
        " touch $place/there 2>/dev/null && echo $place; done; true",
    )

    assert said.split() == ["10001", "memory"]


@BOTH
def test_the_folders_for_files_are_the_accounts_own(image):
    said = once(image, "stat", "-c", "%u:%g", "/app/var/files", "/app/var/uploads", "/app/var/tmp")

    assert said.split() == ["10001:10001"] * 3


@BOTH
def test_there_is_no_compiler_and_nothing_of_the_build(image):
    said = once(
        image,
        "sh",
        "-c",
        "command -v gcc cc make pkg-config hadolint cyclonedx-py /venv/bin/pip;"
        " ls -d /build /sbom /app/tests /app/deploy /app/requirements /app/.git /app/Dockerfile"
        " /root/.cache/pip /var/lib/apt/lists/* 2>/dev/null; true",
    )

    assert said == ""


@BOTH
def test_there_is_no_secret(image):
    named = once(
        image,
        "sh",
        "-c",
        "find /app /venv -name '.env*' -o -name '*.pem' -o -name '*.key' -o -name '*.sqlite3'",
    ).split()

    assert [path for path in named if not any(part in path for part in NO_SECRETS)] == []
    history = podman("history", "--no-trunc", "--format", "{{.CreatedBy}}", os.environ[image])
    inside = [*configuration(image)["Config"]["Env"], *history.splitlines()]
    told = [line for line in inside if re.search(r"SECRET|PASSWORD|TOKEN|AWS_", line)]
    # The build's own key, which signs nothing, stays in a stage that is no part of the image.
    assert told == []


@BOTH
def test_bytecode_is_inside_and_good_whatever_the_time_of_its_source(image):
    said = once(
        image,
        "python",
        "-c",
        "import importlib.util, pathlib, config.settings, django\n"
        "for module in (config.settings, django):\n"
        "    cached = pathlib.Path(importlib.util.cache_from_source(module.__file__))\n"
        "    print(cached.read_bytes()[4])",
    )

    assert said.split() == ["1", "1"]  # PEP 552: by hash, not looked at again


@BOTH
def test_labels_say_which_release_it_is(image):
    labels = configuration(image)["Config"]["Labels"]
    said = {key.removeprefix("org.opencontainers.image."): value for key, value in labels.items()}

    assert said["version"] == "1"
    assert re.fullmatch(r"[0-9a-f]{40}", said["revision"])
    assert re.match(r"\d{4}-\d\d-\d\dT", said["created"])
    assert said["source"].startswith("https://")
    assert said["licenses"] == "MIT"
    assert once(image, "cat", "/app/LICENSE").startswith("MIT License")


@BOTH
def test_it_is_asked_for_its_health_and_ended_by_sigterm(image):
    inside = configuration(image)

    assert inside["Healthcheck"]["Test"] == ["CMD", "/app/entrypoint", "healthcheck"]
    assert inside["Config"]["StopSignal"] in ("SIGTERM", "15")
    assert inside["Config"]["Entrypoint"] == ["/app/entrypoint"]


@BOTH
def test_the_list_of_parts_names_every_distribution_in_its_locked_version(image):
    parts = json.loads(once(image, "cat", "/app/sbom.json"))
    listed = {
        normal(part["name"]): part["version"]
        for part in parts["components"]
        if part.get("purl", "").startswith("pkg:pypi/")
    }
    locked = {normal(name): version for name, version in PIN.findall(LOCK.read_text())}

    assert {"django", "gunicorn", "mysqlclient"} <= set(locked)
    # Not every lock line is for this system: colorama and tzdata are for Windows.
    assert {name: locked[name] for name in listed} == listed
    assert {"django", "gunicorn", "mysqlclient", "boto3"} <= set(listed)
    assert parts["bomFormat"] == "CycloneDX"
    assert parts["metadata"]["component"]["version"] == "1"


@BOTH
def test_the_list_of_parts_names_every_debian_package(image):
    parts = json.loads(once(image, "cat", "/app/sbom.json"))
    listed = {
        (part["name"], part["version"])
        for part in parts["components"]
        if part.get("purl", "").startswith("pkg:deb/")
    }
    installed = once(image, "dpkg-query", "-W", "-f", "${Package} ${Version}\n")

    assert listed == {tuple(line.split()) for line in installed.splitlines()}
    assert "libmariadb3" in dict(listed)


def test_only_the_worker_has_ffmpeg():
    assert "/ffmpeg" in once(WORKER, "sh", "-c", "command -v ffmpeg ffprobe")
    assert once(SITE, "sh", "-c", "command -v ffmpeg ffprobe || echo none") == "none\n"


def test_an_image_keeps_the_static_files_of_the_one_before():
    former = json.loads(once(SITE, "cat", "/app/static/releases.json"))
    releases = json.loads(once(NEXT, "cat", "/app/static/releases.json"))

    assert len(former) == 1
    assert releases[1:] == former
    assert releases[0] != former[0]
