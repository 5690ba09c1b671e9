"""A site that closes: scaling, the page that says so, and the alarms keep the same hours."""

import json
import re

from deploy.templates.resolving import load, template_of
from tests.deploy.estate import Estate

CRON = re.compile(r"cron\((\d+) (\d+) ")


def clock(cron):
    minute, hour = map(int, CRON.match(cron).groups())
    return f"{hour:02}:{minute:02}"


def hours():
    return load(template_of("scaling"))["Mappings"]["Hours"]["production-minimal"]


def test_the_page_says_when_scaling_brings_the_tasks():
    said = load(template_of("edge"))["Mappings"]["Hours"]

    assert said["Weekday"] == {"Open": clock(hours()["Day"]), "Close": clock(hours()["Night"])}
    assert said["Weekend"] == {"Open": clock(hours()["Weekend"]), "Close": clock(hours()["Night"])}


def test_closed_means_that_no_task_is_left():
    mappings = load(template_of("scaling"))["Mappings"]

    for service in ("Web", "Worker", "Media"):
        row = mappings[service]["production-minimal"]
        assert (row["Night"], row["NightMax"]) == (0, 0)
        assert min(row["Day"], row["Evening"], row["Weekend"]) >= 1


def test_alarms_are_quiet_from_closing_until_a_little_after_opening():
    rules = [
        properties
        for _, properties in Estate("production-minimal").of("AWS::CloudWatch::AlarmMuteRule")
    ]
    written = json.dumps(rules)
    closes = clock(hours()["Night"])

    assert len(rules) == 2
    for cron in re.findall(r"cron\([^)]*\)", written):
        minute, hour = cron.removeprefix("cron(").split()[:2]
        assert f"{int(hour):02}:{int(minute):02}" == closes
    assert list(Estate("production").of("AWS::CloudWatch::AlarmMuteRule")) == []
