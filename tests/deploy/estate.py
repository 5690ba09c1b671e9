"""All stacks of one environment, resolved, as the promises read them."""

import copy
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple

from deploy.templates.resolving import (
    Resolved,
    Template,
    finished_parameters_of,
    load,
    resolve_stacks,
    stacks_of,
    template_of,
)


@cache
def _written(stack: str) -> Template:
    return load(template_of(stack))


class Place(NamedTuple):
    stack: str
    name: str

    def __str__(self) -> str:
        return f"{self.stack}: {self.name}"


class Estate:
    """`templates` and `parameters` may be changed before anything is asked: faults go in there."""

    def __init__(self, environment: str) -> None:
        self.environment = environment
        self.parameters = finished_parameters_of(environment)
        self.templates: dict[str, Template] = {
            stack: copy.deepcopy(_written(stack)) for stack in stacks_of(environment)
        }

    @property
    def is_production(self) -> bool:
        return self.environment.startswith("production")

    @cached_property
    def stacks(self) -> dict[str, Resolved]:
        return resolve_stacks(self.templates, self.parameters)

    def of(self, kind: str, stack: str | None = None) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Each resource of a type, with its properties."""
        for name, resolved in self.stacks.items():
            for logical, resource in resolved.resources.items():
                if resource["Type"] == kind and stack in (None, name):
                    yield Place(name, logical), resource["Properties"]

    def resource(self, place: Place) -> dict[str, Any]:
        return self.stacks[place.stack].resources[place.name]

    def reference(self, stack: str, name: str) -> dict[str, str]:
        """How a template of `stack` names its resource; KeyError if there is none."""
        self.stacks[stack].resources[name]
        return {"Ref": name}

    def policies(self) -> Iterator[tuple[Place, Any]]:
        """Every policy that gives rights to a role; not those of keys, buckets and topics."""
        for place, properties in self.of("AWS::IAM::Role"):
            yield place, properties["AssumeRolePolicyDocument"]
            for policy in properties.get("Policies", []):
                yield place, policy["PolicyDocument"]
        for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
            for place, properties in self.of(kind):
                yield place, properties["PolicyDocument"]

    def containers(self, name: str) -> list[dict[str, Any]]:
        """Those of this name in all task definitions; none where there is no such task."""
        return [
            container
            for _, properties in self.of("AWS::ECS::TaskDefinition")
            for container in properties["ContainerDefinitions"]
            if container["Name"] == name
        ]

    def zones_of(self, stack: str, output: str) -> set[str]:
        """The zones of the subnets that an output lists."""
        value = self.stacks[stack].outputs[output]["Value"]
        _, subnets = value["Fn::Join"]
        resources = self.stacks[stack].resources
        return {resources[each["Ref"]]["Properties"]["AvailabilityZone"] for each in subnets}

    def most(self, service: str) -> int:
        """The largest number of tasks that scaling lets a service have; 0 if it is not there."""
        return max(
            (
                int(properties["MaxCapacity"])
                for _, properties in self.of("AWS::ApplicationAutoScaling::ScalableTarget")
                if _last_part(properties["ResourceId"]) == service
            ),
            default=0,
        )


def _last_part(resource_id: Any) -> str:
    text = resource_id["Fn::Sub"] if isinstance(resource_id, dict) else resource_id
    text = text[0] if isinstance(text, list) else text
    return str(text).rsplit("/", 1)[-1]


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["Statement"]
    return [found] if isinstance(found, dict) else found
