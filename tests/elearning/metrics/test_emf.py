"""From figures to documents that CloudWatch takes."""

import json
from itertools import chain
from typing import Any

import pytest

from elearning.metrics.emf import Metric, documents
from tests.elearning.metrics.emf_rules import checked


def made(*metrics: Metric) -> list[dict[str, Any]]:
    built = documents(
        metrics,
        dimensions={"service": "web", "route": "home"},
        sets=[["service"], ["service", "route"]],
        at=1_795_248_000.25,
    )
    return [checked(json.dumps(document)) for document in built]


def test_a_document_names_its_metrics_units_dimensions_and_moment():
    assert made(
        Metric("latency_ms", "Milliseconds", [1.5, 2.5]), Metric("lag", "Seconds", [3])
    ) == [
        {
            "_aws": {
                "Timestamp": 1_795_248_000_250,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "elearning",
                        "Dimensions": [["service"], ["service", "route"]],
                        "Metrics": [
                            {"Name": "latency_ms", "Unit": "Milliseconds"},
                            {"Name": "lag", "Unit": "Seconds"},
                        ],
                    }
                ],
            },
            "service": "web",
            "route": "home",
            "latency_ms": [1.5, 2.5],
            "lag": 3,
        }
    ]


def test_an_environment_keeps_its_figures_apart(settings):
    settings.METRICS_NAMESPACE = "elearning-staging"

    (document,) = made(Metric("lag", "Seconds", [3]))

    assert document["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "elearning-staging"


@pytest.mark.parametrize(
    ("values", "sizes"), [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_more_than_a_hundred_values_take_several_documents(values, sizes):
    built = made(Metric("latency_ms", "Milliseconds", [float(i) for i in range(values)]))

    targets = [document["latency_ms"] for document in built]
    targets = [each if isinstance(each, list) else [each] for each in targets]
    assert [len(each) for each in targets] == sizes
    assert list(chain(*targets)) == [float(i) for i in range(values)]


def test_each_document_names_only_the_metrics_that_it_has():
    first, second = made(Metric("requests", "Count", [150]), Metric("ms", "None", [1.0] * 150))

    assert "requests" in first
    assert "requests" not in second
    names = [metric["Name"] for metric in second["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert names == ["ms"]


def test_no_figures_make_no_document():
    assert made() == []
    assert made(Metric("requests", "Count", [])) == []


def faulty(change) -> str:
    document = made(Metric("latency_ms", "Milliseconds", [1.5, 2.5]))[0]
    change(document, document["_aws"]["CloudWatchMetrics"][0])
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda root, directive: root["_aws"].pop("Timestamp"),
        lambda root, directive: root["_aws"].update(Timestamp=1_795_248_000),
        lambda root, directive: root["_aws"].update(Timestamp=1_795_248_000_000.5),
        lambda root, directive: root["_aws"].update(More=1),
        lambda root, directive: root["_aws"].update(CloudWatchMetrics=[]),
        lambda root, directive: directive.update(Namespace=""),
        lambda root, directive: directive.update(Namespace="AWS/Elearning"),
        lambda root, directive: directive.update(Dimensions=["service"]),
        lambda root, directive: directive.update(Dimensions=[["nowhere"]]),
        lambda root, directive: directive.update(Dimensions=[["service"] * 2]),
        lambda root, directive: directive.update(Metrics=[]),
        lambda root, directive: directive["Metrics"].append({"Name": "nowhere"}),
        lambda root, directive: directive["Metrics"].append({"Name": "latency_ms"}),
        lambda root, directive: directive["Metrics"][0].update(Unit="ms"),
        lambda root, directive: root.update(route=""),
        lambda root, directive: root.update(route=7),
        lambda root, directive: root.update(latency_ms=[]),
        lambda root, directive: root.update(latency_ms=[1.0] * 101),
        lambda root, directive: root.update(latency_ms={"Values": [1.5], "Counts": [2]}),
        lambda root, directive: root.update(latency_ms=True),
        lambda root, directive: root.update(latency_ms="1.5"),
        lambda root, directive: root.update(latency_ms=float("nan")),
    ],
)
def test_the_checker_of_these_tests_is_strict(change):
    with pytest.raises((AssertionError, KeyError)):
        checked(faulty(change))
