"""CloudFormation templates, read and resolved for one environment without asking AWS.

What only AWS knows (an import, another resource's attribute) stays as it is written in the long
form: {"Ref": …}, {"Fn::GetAtt": […]}, {"Fn::ImportValue": …}. All else is replaced by its value.
Rules: "Intrinsic function reference" in the AWS CloudFormation User Guide.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ("development", "staging", "production", "production-minimal")
REGIONS = {
    "edge": "us-east-1",
    "osaka": "ap-northeast-3",
    "osaka-database": "ap-northeast-3",
}
"""Of each stack; all others are in Tokyo."""
TOKYO = "ap-northeast-1"
ACCOUNT = "123456789012"
"""An account of AWS's documentation."""

Template = dict[str, Any]
NOTHING = object()


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Sub`) made long ({"Fn::Sub": …})."""


def _construct(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = None
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix in {"Ref", "Condition"}:
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct)


@dataclass(frozen=True)
class Resolved:
    """What one stack is in one environment.

    `resources`: by logical name, those whose condition holds, each with `Type`, `Properties` and
    what else stands beside them. `outputs`: by name, those whose condition holds, with `Value`.
    """

    resources: dict[str, dict[str, Any]]
    outputs: dict[str, dict[str, Any]]


def load(path: Path) -> Template:
    """One template as it is written, in the long forms."""
    template: Template = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a SafeLoader
    return template


def parameters_of(environment: str) -> dict[str, str]:
    text = (ROOT / "environments" / environment / "parameters.json").read_text()
    found: dict[str, str] = json.loads(text)["Parameters"]
    return found


def finished_parameters_of(environment: str) -> dict[str, str]:
    """As they are when the operator has copied into them what came out of the first stacks."""
    found = parameters_of(environment)
    if found["PageDelivery"] == "cloudfront":
        load_balancer = f"elearning-{environment}/0123456789abcdef"
        found["AlbArn"] = (
            f"arn:aws:elasticloadbalancing:{TOKYO}:{ACCOUNT}:loadbalancer/app/{load_balancer}"
        )
        found["AlbDnsName"] = f"internal-elearning-1.{TOKYO}.elb.amazonaws.com"
    if found["MaterialDelivery"] == "cloudfront":
        found["MaterialPublicKey"] = "-----BEGIN PUBLIC KEY-----"
    return found


def stacks_of(environment: str) -> list[str]:
    """The names of its stacks, in the order in which they are applied."""
    return (ROOT / "environments" / environment / "stacks").read_text().split()


def template_of(stack: str) -> Path:
    """The file of a stack: deploy/tasks/web.yaml for `task-web`."""
    if stack.startswith("task-"):
        return ROOT / "tasks" / f"{stack.removeprefix('task-')}.yaml"
    return ROOT / "stacks" / f"{stack}.yaml"


def resolve(template: Template, parameters: Mapping[str, str], region: str = TOKYO) -> Resolved:
    """The template with these parameters; those that it does not declare are passed over.

    KeyError: one that it declares is missing, or a name that it does not have is used.
    """
    return _Resolver(template, parameters, region).resolved()


def resolve_stacks(
    templates: Mapping[str, Template], parameters: Mapping[str, str]
) -> dict[str, Resolved]:
    """The templates of an environment, by the names of their stacks, each in its region."""
    return {
        stack: resolve(template, parameters, REGIONS.get(stack, TOKYO))
        for stack, template in templates.items()
    }


class _Resolver:
    def __init__(self, template: Template, parameters: Mapping[str, str], region: str) -> None:
        self._template = template
        self._values: dict[str, Any] = {
            name: parameters[name] for name in template.get("Parameters", {})
        }
        self._values |= {
            "AWS::Region": region,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": NOTHING,
        }
        self._region = region

    def resolved(self) -> Resolved:
        return Resolved(
            resources=self._existing(self._template["Resources"]),
            outputs=self._existing(self._template.get("Outputs", {})),
        )

    def _existing(self, section: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            name: self.value({"Properties": {}} | body if "Type" in body else body)
            for name, body in section.items()
            if "Condition" not in body or self.holds(body["Condition"])
        }

    def holds(self, name: str) -> bool:
        return self._test(self._template["Conditions"][name])

    def _test(self, condition: dict[str, Any]) -> bool:
        ((function, inside),) = condition.items()
        if function == "Condition":
            return self.holds(inside)
        if function == "Fn::Not":
            return not self._test(inside[0])
        if function == "Fn::And":
            return all(self._test(each) for each in inside)
        if function == "Fn::Or":
            return any(self._test(each) for each in inside)
        if function == "Fn::Equals":
            left, right = (self.value(each) for each in inside)
            return str(left) == str(right)
        raise KeyError(f"{function} is no condition")

    def value(self, written: Any) -> Any:
        if isinstance(written, list):
            values = [self.value(each) for each in written]
            return [each for each in values if each is not NOTHING]
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            ((function, inside),) = written.items()
            if function == "Ref":
                return self._values.get(inside, written)
            if function.startswith("Fn::"):
                return self._function(function, inside)
        pairs = {key: self.value(each) for key, each in written.items()}
        return {key: each for key, each in pairs.items() if each is not NOTHING}

    def _function(self, function: str, inside: Any) -> Any:
        if function == "Fn::If":
            name, yes, no = inside
            return self.value(yes if self.holds(name) else no)
        if function == "Fn::Sub":
            return self._substituted(inside)
        arguments = self.value(inside)
        if function == "Fn::FindInMap":
            mapping, row, column = arguments
            return self._template["Mappings"][mapping][row][column]
        if function == "Fn::Join" and all(isinstance(each, str) for each in arguments[1]):
            return arguments[0].join(arguments[1])
        if function == "Fn::Split" and isinstance(arguments[1], str):
            return arguments[1].split(arguments[0])
        if function == "Fn::Cidr" and isinstance(arguments[0], str):
            block, count, bits = arguments[0], int(arguments[1]), int(arguments[2])
            subnets = ip_network(block).subnets(new_prefix=32 - bits)
            return [str(next(subnets)) for _ in range(count)]
        if function == "Fn::GetAZs":
            return [f"{self._region}{zone}" for zone in "acd"]
        if function == "Fn::Select" and isinstance(arguments[1], list):
            return arguments[1][int(arguments[0])]
        return {function: arguments}

    def _substituted(self, inside: Any) -> Any:
        text, given = (inside, {}) if isinstance(inside, str) else inside
        known = {**self._values, **{name: self.value(each) for name, each in given.items()}}
        unknown: dict[str, Any] = {}

        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            value = known.get(name, {"Ref": name})
            if isinstance(value, (str, int, float)):
                return str(value)
            unknown[name] = value
            return found[0]

        replaced = re.sub(r"\$\{([^}]+)\}", put, text)
        kept = {name: each for name, each in unknown.items() if name in given}
        if not unknown:
            return replaced
        return {"Fn::Sub": [replaced, kept] if kept else replaced}
