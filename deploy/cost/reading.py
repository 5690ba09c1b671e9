"""What is read: the price list, the load of an environment, and its templates, resolved."""

import copy
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from deploy.templates.resolving import (
    ROOT,
    Resolved,
    Template,
    finished_parameters_of,
    load,
    resolve_stacks,
    stacks_of,
    template_of,
)


@dataclass(frozen=True)
class Price:
    """`usd` a `unit`. `free`: units a month that cost nothing; `saves`: units a month that an
    account with nothing else would not pay. `unused`: why no environment pays it. `vcpu`, `gib`: of
    an instance."""

    name: str
    usd: float
    unit: str
    service: str
    origin: str
    checked: str
    source: str
    free: float = 0
    saves: float = 0
    unused: str = ""
    vcpu: float = 0
    gib: float = 0


@dataclass(frozen=True)
class Named:
    ja: str
    en: str


@dataclass(frozen=True)
class Prices:
    items: Mapping[str, Price]
    services: Mapping[str, Named]
    yen_per_dollar: float


@functools.cache
def prices() -> Prices:
    written = yaml.safe_load((ROOT / "prices.yaml").read_text())
    return Prices(
        items={
            name: Price(name=name, origin=each.pop("from"), **each)
            for name, each in written["items"].items()
        },
        services={name: Named(**each) for name, each in written["services"].items()},
        yen_per_dollar=written["yen_per_dollar"],
    )


@dataclass(frozen=True)
class Variant:
    """Another choice than an environment's: parameters, and values in the table of scaling.yaml
    (by its names: mapping, then column). Or another guess than load.yaml's."""

    ja: str = ""
    en: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    scaling: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    load: Mapping[str, Any] = field(default_factory=dict)


AS_IT_IS = Variant()


@dataclass(frozen=True)
class Load:
    """load.yaml: `values` by name, each of which has its reason there."""

    values: Mapping[str, Any]
    weekday: tuple[float, ...]
    weekend: tuple[float, ...]
    aim_usd: float | None
    given_up: tuple[Named, ...]
    notes: tuple[Named, ...]
    variants: tuple[Variant, ...]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@functools.cache
def load_of(environment: str) -> Load:
    written = yaml.safe_load((ROOT / "environments" / environment / "load.yaml").read_text())
    return Load(
        values={name: each["value"] for name, each in written["values"].items()},
        weekday=tuple(written["weekday"]),
        weekend=tuple(written["weekend"]),
        aim_usd=written.get("aim_usd"),
        given_up=tuple(Named(**each) for each in written.get("given_up", [])),
        notes=tuple(Named(**each) for each in written.get("notes", [])),
        variants=tuple(Variant(**each) for each in written.get("variants", [])),
    )


@dataclass(frozen=True)
class Place:
    stack: str
    name: str
    type: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Environment:
    name: str
    parameters: Mapping[str, str]
    load: Load
    stacks: Mapping[str, Resolved]
    table: Mapping[str, Mapping[str, Any]]
    """The environment's rows of scaling.yaml's Mappings, by mapping."""

    def places(self, type_: str | None = None, stack: str | None = None) -> Iterator[Place]:
        for each, resolved in self.stacks.items():
            for name, resource in resolved.resources.items():
                if type_ in (None, resource["Type"]) and stack in (None, each):
                    yield Place(each, name, resource["Type"], resource["Properties"])

    def output(self, stack: str, name: str) -> Any:
        return self.stacks[stack].outputs[name]["Value"]


@functools.cache
def _template(stack: str) -> Template:
    return load(template_of(stack))


def environment(name: str, variant: Variant = AS_IT_IS) -> Environment:
    """One environment with all that only AWS knows left out.

    KeyError: the variant names a parameter, a column or a guess that there is not.
    """
    carried = load_of(name)
    for key in variant.load:
        carried[key]
    parameters = finished_parameters_of(name)
    for key, value in variant.parameters.items():
        parameters[key]
        parameters[key] = value
    templates = {stack: _template(stack) for stack in stacks_of(name)}
    scaling = copy.deepcopy(templates["scaling"])
    templates["scaling"] = scaling
    for mapping, columns in variant.scaling.items():
        for column, value in columns.items():
            scaling["Mappings"][mapping][name][column]
            scaling["Mappings"][mapping][name][column] = value
    return Environment(
        name=name,
        parameters=parameters,
        load=replace(carried, values={**carried.values, **variant.load}),
        stacks=resolve_stacks(templates, parameters),
        table={mapping: rows[name] for mapping, rows in scaling["Mappings"].items()},
    )
