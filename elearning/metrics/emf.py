"""Figures as CloudWatch's embedded metric format, which CloudWatch Logs makes metrics of.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

MOST_VALUES = 100
"""In an array. The specification knows no other way to tell many: {"Values": …, "Counts": …},
which some programs send, "cannot be nested" by its words."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Metric:
    """What was measured in one period: one value or many, in one of CloudWatch's units."""

    name: str
    unit: str
    values: Sequence[float]


def documents(
    metrics: Sequence[Metric],
    *,
    dimensions: Mapping[str, str],
    sets: Sequence[Sequence[str]],
    at: float,
) -> Iterator[Document]:
    """The root members of one document, or of several where a metric has more than 100 values.

    Each of `sets` names some of `dimensions`, and makes a metric of its own of every one of
    `metrics`. `at` is a moment of time.time().
    """
    longest = max((len(metric.values) for metric in metrics), default=0)
    for start in range(0, longest, MOST_VALUES):
        told = {
            metric.name: metric.values[start : start + MOST_VALUES]
            for metric in metrics
            if len(metric.values) > start
        }
        directive = {
            "Namespace": settings.METRICS_NAMESPACE,
            "Dimensions": [list(names) for names in sets],
            "Metrics": [
                {"Name": metric.name, "Unit": metric.unit}
                for metric in metrics
                if metric.name in told
            ],
        }
        yield {
            "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]},
            **dimensions,
            **{name: _target(values) for name, values in told.items()},
        }


def _target(values: Sequence[float]) -> float | list[float]:
    return values[0] if len(values) == 1 else list(values)
