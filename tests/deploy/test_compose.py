"""compose.yaml and what belongs to it, as far as it can be tried without Docker."""

import os
import re
import shutil
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
SITE = ("web", "worker", "media-worker", "scheduler", "migrate", "bucket")
# Read by boto3 and by Python, not by us.
OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CA_BUNDLE", "TMPDIR"}
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


def example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A copy of what compose-env.sh needs, after it was run."""
    place = tmp_path_factory.mktemp("compose")
    (place / "scripts").mkdir()
    for name in (".env.example", "scripts/compose-env.sh"):
        shutil.copy(ROOT / name, place / name)
    subprocess.run([place / "scripts/compose-env.sh"], check=True, capture_output=True)
    return place


def written(place):
    return dict(line.split("=", 1) for line in (place / ".env").read_text().splitlines())


@pytest.mark.parametrize("service", SITE)
def test_what_the_site_is_told_is_what_it_reads(service):
    page = (ROOT / "docs/configuration.md").read_text()
    known = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", page, flags=re.MULTILINE))

    assert set(SERVICES[service]["environment"]) <= known | OTHERS


@pytest.mark.parametrize("service", SITE)
def test_the_site_runs_read_only_without_rights_and_is_waited_for(service):
    inside = SERVICES[service]

    assert inside["read_only"] is True
    assert inside["tmpfs"] == ["/tmp"]  # noqa: S108 - in the container
    assert inside["cap_drop"] == ["ALL"]
    assert "ports" not in inside
    for other in inside["depends_on"]:
        assert other in SERVICES


def test_only_the_door_is_open_and_only_to_this_machine_by_default():
    open_to_others = {
        name: inside["ports"] for name, inside in SERVICES.items() if "ports" in inside
    }

    assert list(open_to_others) == ["door"]
    assert open_to_others["door"][0].startswith("${DOOR_ADDRESS:-127.0.0.1}:")


def test_no_secret_is_in_a_file_of_the_repository():
    required = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    secret = {name for name, value in example().items() if not value}

    assert required <= set(example())
    assert secret == {name for name in example() if re.search("KEY|SECRET|TOKEN|PASSWORD", name)}


def test_each_gets_secrets_of_his_own_for_his_eyes_only(prepared):
    values = written(prepared)
    secrets = [values[name] for name, value in example().items() if not value]

    assert set(values) == set(example())
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in secrets)
    assert len(set(secrets)) == len(secrets)
    for name in (".env", "var/compose/door.pem"):
        assert stat.S_IMODE((prepared / name).stat().st_mode) == 0o600


def test_run_again_it_changes_nothing(prepared):
    before = (prepared / ".env").read_text(), (prepared / "var/compose/door.pem").read_text()

    subprocess.run([prepared / "scripts/compose-env.sh"], check=True, capture_output=True)

    after = (prepared / ".env").read_text(), (prepared / "var/compose/door.pem").read_text()
    assert after == before


def test_the_certificate_is_good_for_both_names(prepared):
    said = subprocess.run(
        ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", "authority.pem"],
        cwd=prepared / "var/compose",
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    values = written(prepared)
    assert f"DNS:{values['SITE_HOST']}, DNS:{values['FILES_HOST']}" in said
    ssl.create_default_context(cafile=prepared / "var/compose/authority.pem")


@pytest.mark.skipif(HAPROXY is None, reason="there is no haproxy; apt install haproxy")
def test_haproxy_understands_its_configuration(prepared, tmp_path):
    text = (ROOT / "deploy/compose/haproxy.cfg").read_text()
    # The paths and the account are those of its image.
    text = text.replace("/run/tls/door.pem", str(prepared / "var/compose/door.pem"))
    text = re.sub(r"^ +(user|group) haproxy$", "", text, flags=re.MULTILINE)
    (tmp_path / "haproxy.cfg").write_text(text)

    done = subprocess.run(
        [HAPROXY, "-c", "-f", tmp_path / "haproxy.cfg"],
        env={**os.environ, **written(prepared)},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
