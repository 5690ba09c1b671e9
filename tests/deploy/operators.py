"""The operator, who calls `make` in deploy/ or a copy of it, and an account that answers him."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jmespath

DEPLOY = Path(__file__).parents[2] / "deploy"
FAKE = Path(__file__).parent / "fake_aws.py"
ENVIRONMENTS = ("development", "staging", "production", "production-minimal")


def stacks_of(environment):
    return (DEPLOY / "environments" / environment / "stacks").read_text().split()


def parameters_of(environment):
    path = DEPLOY / "environments" / environment / "parameters.json"
    return json.loads(path.read_text())["Parameters"]


class Operator:
    """Whoever types `make -C deploy …`."""

    def __init__(self, deploy=DEPLOY, **environment):
        self.deploy = deploy
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        self.environment = {"PATH": os.environ["PATH"], **kept, **environment}

    def make(self, target, typed="", **variables):
        """The finished `make`; `typed` is what its question is answered with."""
        words = [f"{name}={value}" for name, value in variables.items()]
        return subprocess.run(
            ["make", "--no-print-directory", "-C", self.deploy, target, *words],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def commands(self, target, **variables):
        """What DRY=1 shows, as lists of words."""
        done = self.make(target, DRY=1, **variables)
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
        return [shlex.split(line) for line in lines]


class Account:
    """A small account that answers in AWS's place, and what was asked of it."""

    def __init__(self, folder, environment="staging"):
        self._path = folder / "account.json"
        self.environment = environment
        name = f"elearning-{environment}"
        for program in ("aws", "curl"):
            path = folder / "bin" / program
            path.parent.mkdir(exist_ok=True)
            packages = Path(jmespath.__file__).parents[1]
            path.write_text(
                f"#!/bin/sh\nPYTHONPATH={packages} exec {sys.executable} -SsB {FAKE} {program} "
                '"$@"\n'
            )
            path.chmod(0o755)
        services = [stack[5:] for stack in stacks_of(environment) if stack[:5] == "task-"]
        self.state = {
            "calls": [],
            "stacks": {f"{name}-{stack}": "CREATE_COMPLETE" for stack in stacks_of(environment)},
            "outputs": {
                f"{name}-TaskSubnets": "subnet-a,subnet-c",
                f"{name}-TaskSecurityGroup": "sg-tasks",
                f"{name}-AssignPublicIp": "DISABLED",
                f"{name}-AlbArn": "arn:alb",
                f"{name}-AlbDnsName": "alb.example",
                f"{name}-OperatorSecretArn": "arn:secret",
            },
            "releases": ["v1"],
            "revisions": {f"{name}-{service}": ["v1"] for service in services},
            "services": {s: "v1" for s in services if s != "command"},
            "running": {s: 1 for s in services if s != "command"},
            "cluster": True,
            "desired": 2,
            "migrate": 0,
            "missing_images": [],
            "unplannable": {},
            "broken": [],
            "falling": [],
            "ill": [],
        }
        self.operator = Operator(
            PATH=f"{folder / 'bin'}:{os.environ['PATH']}", FAKE_AWS=str(self._path), CI="true"
        )

    def make(self, target, typed="", **variables):
        self._path.write_text(json.dumps(self.state))
        done = self.operator.make(target, typed, ENV=self.environment, **variables)
        self.state = json.loads(self._path.read_text())
        return done

    @property
    def deeds(self):
        """What was changed, in short: "release v2", "apply task-web", "migrate", "renew web" …"""
        return [deed for call in self.state["calls"] if (deed := self._deed(call))]

    def _deed(self, call):
        def after(option):
            return call[call.index(option) + 1]

        match call[1:3]:
            case ["ssm", "put-parameter"]:
                return f"release {after('--value')}"
            case ["cloudformation", "deploy"] if "--no-execute-changeset" not in call:
                return (
                    f"apply {after('--stack-name').removeprefix(f'elearning-{self.environment}-')}"
                )
            case ["ecs", "run-task"]:
                return "migrate"
            case ["ecs", "update-service"]:
                return f"renew {after('--service')}"
        return f"look at {call[-1]}" if call[0] == "curl" else None


def copy_of_the_tool(folder):
    """deploy/ without stacks and environments."""
    shutil.copy(DEPLOY / "Makefile", folder)
    shutil.copytree(DEPLOY / "steps", folder / "steps")
    for name in ("stacks", "tasks", "environments"):
        (folder / name).mkdir()
    return folder
