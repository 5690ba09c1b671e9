"""The AWS CLI that tests call: version 2, or version 1 taught to read our parameter files."""

import shutil
import subprocess
import sys
from pathlib import Path

_OURS = Path(__file__).parents[2] / ".venv-deploy/bin/aws"
_TAUGHT = """#!{python} -IS
import json, os, sys
words = sys.argv[1:]
if "--parameter-overrides" in words:
    at = words.index("--parameter-overrides") + 1
    values = json.load(open(words[at].removeprefix("file://"), encoding="utf-8"))["Parameters"]
    words[at:at + 1] = [f"{{name}}={{value}}" for name, value in values.items()]
os.execv({cli!r}, [{cli!r}, *words])
"""


def _found() -> str | None:
    return str(_OURS) if _OURS.exists() else shutil.which("aws")


def missing() -> str | None:
    """Why there is none, or None."""
    if _found() is None:
        return "there is no AWS CLI; scripts/environment.sh deploy, or apt install awscli"
    return None


def aws_cli(folder: Path) -> str:
    """The command; `folder` takes what version 1 needs to understand {"Parameters": …}."""
    cli = _found()
    assert cli is not None
    said = subprocess.run([cli, "--version"], check=True, capture_output=True, text=True)
    if not (said.stdout + said.stderr).startswith("aws-cli/1."):
        return cli
    taught = folder / "aws"
    taught.write_text(_TAUGHT.format(python=sys.executable, cli=cli))
    taught.chmod(0o755)
    return str(taught)
