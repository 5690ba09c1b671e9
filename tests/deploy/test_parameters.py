"""One vocabulary: a parameter means the same in every template, and every environment names it."""

import json
import re
from collections import defaultdict

import pytest

from deploy.templates.resolving import (
    ENVIRONMENTS,
    ROOT,
    finished_parameters_of,
    load,
    parameters_of,
    stacks_of,
)

TEMPLATES = sorted([*ROOT.glob("stacks/*.yaml"), *ROOT.glob("tasks/*.yaml")])
MOST_BYTES = 51_200
"""That CloudFormation takes inline."""
# What Fargate sells, MiB by CPU units; source: "Task size" in the Amazon ECS Developer Guide.
FARGATE = {
    256: {512, 1024, 2048},
    512: set(range(1024, 4097, 1024)),
    1024: set(range(2048, 8193, 1024)),
    2048: set(range(4096, 16385, 1024)),
    4096: set(range(8192, 30721, 1024)),
}
# Where an operator must put his own before anything is applied.
EXAMPLES = {"DomainName", "HostedZoneId", "AlarmEmail", "GitHubRepository", "MailFrom", "EmailUser"}


def declared():
    found = defaultdict(dict)
    for path in TEMPLATES:
        for name, body in load(path)["Parameters"].items():
            found[name][path.name] = body
    return found


def test_a_template_fits_in_one_request():
    assert len(TEMPLATES) >= 15
    for path in TEMPLATES:
        assert len(path.read_bytes()) < MOST_BYTES, path.name


def test_a_name_means_the_same_everywhere():
    for name, places in declared().items():
        words = {json.dumps(body, sort_keys=True, ensure_ascii=False) for body in places.values()}
        assert len(words) == 1, (name, list(places))


def test_no_value_hides_in_a_template():
    # The CLI would keep what was there before; every value stands in the environment's file.
    for name, places in declared().items():
        assert not any("Default" in body for body in places.values()), name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_names_every_parameter_and_no_other(environment):
    assert set(parameters_of(environment)) == set(declared())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_values_are_those_that_the_templates_allow(environment):
    for values in (parameters_of(environment), finished_parameters_of(environment)):
        for name, places in declared().items():
            (rule, *_), value = places.values(), values[name]
            if "AllowedValues" in rule:
                assert value in [str(each) for each in rule["AllowedValues"]], name
            if "AllowedPattern" in rule:
                assert re.fullmatch(rule["AllowedPattern"], value), name
            if rule["Type"] == "Number":
                number = float(value)
                assert rule.get("MinValue", number) <= number <= rule.get("MaxValue", number), name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_fargate_sells_tasks_of_these_sizes(environment):
    values = parameters_of(environment)
    for task in ("Web", "Worker", "Media", "Command"):
        cpu, memory = int(values[f"{task}Cpu"]), int(values[f"{task}Memory"])
        assert memory in FARGATE[cpu], (task, cpu, memory)


def test_a_description_is_in_both_languages():
    for name, places in declared().items():
        for body in places.values():
            japanese, _, english = body["Description"].partition(" / ")
            assert re.search("[ぁ-んァ-ヶ一-龠]", japanese), name
            assert english, name
            assert not re.search("[ぁ-んァ-ヶ一-龠]", english), name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nothing_in_the_files_is_somebodys(environment):
    values = parameters_of(environment)
    for name in EXAMPLES:
        assert "example" in values[name].lower() or values[name] == "", name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_the_stacks_that_its_parameters_speak_of(environment):
    values, stacks = parameters_of(environment), stacks_of(environment)

    assert ("task-media" in stacks) == (values["MediaWorker"] == "yes")
    assert ("osaka" in stacks) == ("yes" in (values["BucketReplication"], values["SnapshotCopies"]))
    assert ("osaka-database" in stacks) == (values["GlobalDatabase"] == "yes")
    assert ("edge" in stacks) == (
        "cloudfront" in (values["PageDelivery"], values["MaterialDelivery"])
    )
    assert len(set(stacks)) == len(stacks)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_closed_database_pauses_and_an_open_one_does_not(environment):
    values = parameters_of(environment)

    if values["ClosedHours"] == "yes":
        assert values["DatabaseMinAcu"] == "0"
    if values["DatabaseMinAcu"] == "0":
        # A reader's monitor asks every two seconds, and it would never pause.
        assert values["DatabaseReaders"] == "0"
    if "ec2" in (values["TaskCapacity"], values["WorkerCapacity"]):
        assert values["NatGateways"] != "none"
