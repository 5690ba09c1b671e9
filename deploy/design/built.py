"""What the templates make of each environment, as the document's tables and pictures read it."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from deploy.templates.resolving import (
    ENVIRONMENTS,
    Resolved,
    Template,
    finished_parameters_of,
    load,
    parameters_of,
    resolve_stacks,
    stacks_of,
    template_of,
)

NAMES = {
    "production": "本番",
    "production-minimal": "小規模本番",
    "staging": "検証",
    "development": "開発",
}
"""The environments in the document's order, with their Japanese names."""


class Place(NamedTuple):
    stack: str
    name: str
    """Of the resource, in its template."""


@dataclass(frozen=True)
class Built:
    """One environment.

    `written`: its parameters as they stand in the file. `parameters`: with what the operator fills
    in after the first stacks. `stacks`: those that it has, by name, in order of application.
    """

    name: str
    written: dict[str, str]
    parameters: dict[str, str]
    stacks: dict[str, Resolved]

    def find(self, stack: str, name: str) -> dict[str, Any] | None:
        """The properties of one resource; None if this environment does not have it."""
        resolved = self.stacks.get(stack)
        if resolved is None or name not in resolved.resources:
            return None
        properties: dict[str, Any] = resolved.resources[name]["Properties"]
        return properties

    def has(self, stack: str, name: str) -> bool:
        return self.find(stack, name) is not None

    def of(self, *kinds: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Each resource of these types, with its properties."""
        for stack, resolved in self.stacks.items():
            for name, resource in resolved.resources.items():
                if resource["Type"] in kinds:
                    yield Place(stack, name), resource["Properties"]

    def output(self, stack: str, name: str) -> Any:
        return self.stacks[stack].outputs[name]["Value"]


@dataclass(frozen=True)
class Design:
    """All environments, in the document's order, and the templates that they were built from."""

    templates: Mapping[str, Template]
    environments: Mapping[str, Built]

    def across(self, tell: Callable[[Built], str]) -> list[str]:
        """A cell for each environment."""
        return [tell(built) for built in self.environments.values()]

    def presence(self, place: Place) -> list[str]:
        return self.across(lambda built: "○" if built.has(*place) else "－")

    def union(self, *kinds: str) -> dict[Place, dict[str, Any]]:
        """Each resource of these types that any environment has, as the first one has it."""
        found: dict[Place, dict[str, Any]] = {}
        for built in self.environments.values():
            for place, properties in built.of(*kinds):
                found.setdefault(place, properties)
        return found


def templates() -> dict[str, Template]:
    """Every template that an environment uses, by the name of its stack."""
    names = dict.fromkeys(stack for each in NAMES for stack in stacks_of(each))
    return {name: load(template_of(name)) for name in names}


def design(written: Mapping[str, Template] | None = None) -> Design:
    """All environments, from these templates or from those in the repository."""
    if set(NAMES) != set(ENVIRONMENTS):
        raise KeyError("An environment has no Japanese name here.")
    known = copy.deepcopy(dict(written or templates()))
    return Design(known, {name: _built(name, known) for name in NAMES})


def _built(name: str, known: Mapping[str, Template]) -> Built:
    parameters = finished_parameters_of(name)
    stacks = resolve_stacks({stack: known[stack] for stack in stacks_of(name)}, parameters)
    return Built(name, parameters_of(name), parameters, stacks)
