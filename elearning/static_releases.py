"""Static files of the releases before this one: pages that are open still ask for them.

Each STATIC_ROOT says in `releases.json` which hashed files each release has, newest first:
`[["elearning/base.0123456789ab.css", …], …]`. From this the next one knows what to take over,
and for how long.
"""

import json
import shutil
from pathlib import Path

MANIFEST = "staticfiles.json"
RELEASES = "releases.json"
COMPRESSED = ("", ".gz", ".br")


def take_over(former: Path, current: Path, *, releases: int) -> int:
    """Copy into `current` what the last `releases` releases had, as found in `former`.

    Both are a STATIC_ROOT after collectstatic; `former` may be empty or not there. Returns how
    many files came over, compressed copies not counted. A file of that name that is there already
    stays. ValueError if `former` has files but does not say whose.
    """
    before = _releases_of(former)[:releases]
    taken = 0
    for name in sorted({name for release in before for name in release}):
        if (current / name).exists():
            continue
        for suffix in COMPRESSED:
            source, target = former / f"{name}{suffix}", current / f"{name}{suffix}"
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        taken += 1
    names = [_files_of(current), *before]
    (current / RELEASES).write_text(json.dumps(names, indent=1) + "\n")
    return taken


def _releases_of(root: Path) -> list[list[str]]:
    if not root.is_dir() or not any(root.iterdir()):
        return []
    try:
        releases: list[list[str]] = json.loads((root / RELEASES).read_text())
    except FileNotFoundError as error:
        raise ValueError(f"{root} has no {RELEASES}: it is of no release of ours.") from error
    return releases


def _files_of(root: Path) -> list[str]:
    manifest = json.loads((root / MANIFEST).read_text())
    return sorted(set(manifest["paths"].values()))
