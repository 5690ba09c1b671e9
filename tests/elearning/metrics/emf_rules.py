"""The rules of the embedded metric format's specification, and of the metrics made of it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Where AWS has widened a limit since (dimensions, bytes), the older one is kept here. Lengths and
ranges of names, dimensions and values are those of PutMetricData.
"""

import json
import math
from typing import Any

_SIZES = [
    f"{prefix}{unit}".capitalize()
    for unit in ("bytes", "bits")
    for prefix in ("", "kilo", "mega", "giga", "tera")
]
UNITS = {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"} | {
    f"{size}{per}" for size in _SIZES for per in ("", "/Second")
}
MOST_BYTES = 256 * 1024
FIRST_TIMESTAMP = 1_500_000_000_000
LAST_TIMESTAMP = 9_999_999_999_999


def checked(line: str) -> dict[str, Any]:
    """The document in a line of the log. AssertionError at the first rule that it breaks."""
    assert len(line.encode()) <= MOST_BYTES
    assert "\n" not in line
    root = json.loads(line, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    assert isinstance(root, dict)
    metadata = root["_aws"]
    assert set(metadata) == {"Timestamp", "CloudWatchMetrics"}
    assert type(metadata["Timestamp"]) is int
    assert FIRST_TIMESTAMP < metadata["Timestamp"] < LAST_TIMESTAMP, "not in milliseconds"
    assert isinstance(metadata["CloudWatchMetrics"], list)
    assert metadata["CloudWatchMetrics"]
    for directive in metadata["CloudWatchMetrics"]:
        _check_directive(directive, root)
    return root


def _check_directive(directive: Any, root: dict[str, Any]) -> None:
    assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
    _check_name(directive["Namespace"])
    assert not directive["Namespace"].startswith("AWS/")
    assert isinstance(directive["Dimensions"], list)
    assert directive["Dimensions"]
    for names in directive["Dimensions"]:
        assert isinstance(names, list)
        assert len(names) <= 9
        assert len(set(names)) == len(names)
        for name in names:
            _check_name(name)
            assert not name.startswith(":")
            value = root[name]
            assert isinstance(value, str)
            assert 1 <= len(value) <= 1024
            assert value.isascii()
            assert value.strip()
    metrics = directive["Metrics"]
    assert isinstance(metrics, list)
    assert 1 <= len(metrics) <= 100
    assert len({metric["Name"] for metric in metrics}) == len(metrics)
    for metric in metrics:
        assert {"Name"} <= set(metric) <= {"Name", "Unit"}
        _check_name(metric["Name"])
        assert metric.get("Unit", "None") in UNITS
        _check_target(root[metric["Name"]])


def _check_target(target: Any) -> None:
    values = target if isinstance(target, list) else [target]
    assert 1 <= len(values) <= 100
    for value in values:
        assert type(value) in (int, float), "not a number"
        assert math.isfinite(value)
        assert abs(value) <= 2**360


def _check_name(name: Any) -> None:
    assert isinstance(name, str)
    assert 1 <= len(name) <= 255
    assert name.isascii()


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    assert len(members) == len(pairs), "a member twice"
    return members


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")
