"""Write the image's list of parts (CycloneDX, JSON), while the image is built.

    sbom.py /venv /var/lib/dpkg/status sbom.json

cyclonedx-py lists the Python distributions of the environment; the Debian packages of dpkg's
status file are added.
"""

import datetime
import json
import os
import platform
import subprocess
import sys
import uuid
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

CYCLONEDX_PY = Path(sys.executable).with_name("cyclonedx-py")
PROJECT = Path(__file__).with_name("pyproject.toml")


def python_distributions(environment: Path) -> Bom:
    """The distributions, and the site itself (pyproject.toml) as what they are parts of."""
    command = [CYCLONEDX_PY, "environment", "--output-reproducible", "--pyproject", PROJECT]
    said = subprocess.run(  # noqa: S603 - our own command
        [*command, environment / "bin/python"], check=True, stdout=subprocess.PIPE
    )
    return Bom.from_json(json.loads(said.stdout))


def debian_packages(status: Path) -> Iterator[Component]:
    """Those that are installed; `status` is dpkg's file of that name."""
    distro = f"debian-{platform.freedesktop_os_release()['VERSION_ID']}"
    for paragraph in status.read_text().strip().split("\n\n"):
        package = HeaderParser().parsestr(paragraph)
        if package["Status"] != "install ok installed":
            continue
        qualifiers = {"arch": package["Architecture"], "distro": distro}
        purl = PackageURL("deb", "debian", package["Package"], package["Version"], qualifiers)
        yield Component(
            type=ComponentType.LIBRARY,
            name=package["Package"],
            version=package["Version"],
            purl=purl,
            bom_ref=str(purl),
        )


def main(environment: Path, status: Path, target: Path) -> None:
    bom = python_distributions(environment)
    bom.components.update(debian_packages(status))
    if bom.metadata.component:
        bom.metadata.component.version = os.environ["VERSION"]
    # The same parts give the same list, but for the time where none is given.
    parts = "\n".join(sorted(str(component.purl) for component in bom.components))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, os.environ["VERSION"] + parts)
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        bom.metadata.timestamp = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
