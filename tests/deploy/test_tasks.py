"""The task definitions: the same site in each, told what it reads, with the log's way beside it."""

import json
import re
from pathlib import Path

import pytest

from deploy.templates.resolving import ENVIRONMENTS, ROOT
from tests.deploy.estate import Estate

TASKS = ("web", "worker", "media", "command")
# Read by libpq, not by us.
OTHERS = {"PGSSLMODE", "PGSSLROOTCERT", "PGPASSWORD"}
# The words of deploy/image/entrypoint.
WORDS = set(re.findall(r"^    ([a-z]+)\)", (ROOT / "image/entrypoint").read_text(), re.MULTILINE))


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def estate(request):
    return Estate(request.param)


def definitions(estate):
    return [properties for _, properties in estate.of("AWS::ECS::TaskDefinition")]


def test_every_task_is_the_same_site_with_the_same_router(estate):
    routers, environments, secrets = set(), set(), set()
    for definition in definitions(estate):
        router, site = definition["ContainerDefinitions"]
        routers.add(json.dumps(router))
        environments.add(json.dumps(site["Environment"]))
        secrets.add(json.dumps(site["Secrets"]))

    assert len(definitions(estate)) >= 3
    assert (len(routers), len(environments), len(secrets)) == (1, 1, 1)


def test_what_the_site_is_told_is_what_it_reads(estate):
    page = (ROOT.parent / "docs/configuration.md").read_text()
    known = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, flags=re.MULTILINE))

    for definition in definitions(estate):
        site = definition["ContainerDefinitions"][1]
        told = [each["Name"] for each in site["Environment"] + site["Secrets"]]
        assert set(told) <= known | OTHERS
        assert len(told) == len(set(told))
        assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "MATERIAL_BUCKET"} <= set(told)


def test_a_task_begins_with_a_word_that_the_image_knows(estate):
    for definition in definitions(estate):
        assert definition["ContainerDefinitions"][1]["Command"][0] in WORDS


def test_containers_have_names_that_the_log_router_knows(estate):
    (pattern,) = set(re.findall(r"Match_Regex +(\S+)", (ROOT / "logs/fluent-bit.conf").read_text()))
    for definition in definitions(estate):
        name = definition["ContainerDefinitions"][1]["Name"]
        assert name in TASKS
        assert re.match(pattern, f"{name}-firelens-0f8fad5b")


def test_nothing_is_written_into_an_image_and_no_right_is_kept(estate):
    for definition in definitions(estate):
        router, site = definition["ContainerDefinitions"]
        assert site["ReadonlyRootFilesystem"] is True
        assert router["ReadonlyRootFilesystem"] is True
        assert site["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert "User" not in site
        mounted = {each["SourceVolume"] for each in site["MountPoints"] + router["MountPoints"]}
        assert mounted == {each["Name"] for each in definition["Volumes"]}


# Written by the agent of ECS Exec, which is root.
OF_ROOT = {"/var/lib/amazon", "/var/log/amazon"}


def test_a_place_that_is_mounted_for_the_site_is_declared_by_the_image():
    dockerfile = (ROOT.parent / "Dockerfile").read_text()
    declared = set(json.loads(re.search(r"^VOLUME (.*)$", dockerfile, re.MULTILINE)[1]))
    places = {
        mount["ContainerPath"]
        for definition in definitions(Estate("production"))
        for mount in definition["ContainerDefinitions"][1]["MountPoints"]
    }

    assert places - OF_ROOT <= declared
    assert places > OF_ROOT


def test_films_are_worked_on_once(estate):
    commands = {
        definition["ContainerDefinitions"][1]["Name"]: definition["ContainerDefinitions"][1][
            "Command"
        ]
        for definition in definitions(estate)
    }

    if "media" in commands:
        assert commands["worker"][-2:] == ["--exclude-queues", "media"]
        assert commands["media"][-2:] == ["--queue-name", "media"]
    else:
        assert commands["worker"] == ["worker"]


def test_the_largest_film_and_its_rendition_fit_on_the_disk(estate):
    settings = (Path(ROOT).parent / "config/settings.py").read_text()
    largest_mib = int(re.search(r'"UPLOAD_MAX_VIDEO_MIB", (\d+)', settings)[1])

    assert int(estate.parameters["MediaDiskGib"]) * 1024 > 2 * largest_mib + 10 * 1024
