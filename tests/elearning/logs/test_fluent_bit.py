"""deploy/logs/: is it what Fluent Bit understands, and where does each of our lines go?

Fluent Bit itself cannot be had here. So its configuration is held against the keys that its
plugins take, and our own lines are led through the same conditions by what is written below.
"""

import fnmatch
import json
import logging
import re
from datetime import datetime
from pathlib import Path

import pytest

from deploy.templates.resolving import load
from elearning.logs.archive.bucket import PREFIX
from elearning.logs.archive.span import HOUR, Span, moment
from elearning.logs.stdout import Stdout

FOLDER = Path(__file__).resolve().parents[3] / "deploy/logs"
TAG = "web-firelens-0f8fad5bd9cb469fa165708d67a1f2c3"

# Fluent Bit 5.0, as its manual and its plugins' sources list them.
EVERY_FILTER = "name match match_regex alias log_level"
EVERY_OUTPUT = f"{EVERY_FILTER} retry_limit storage.total_limit_size workers"
KEYS = {
    "SERVICE": """
        coro_stack_size daemon dns.mode flush grace hc_errors_count hc_period
        hc_retry_failure_count health_check hot_reload http_listen http_port http_server
        log_file log_level parsers_file plugins_file scheduler.base scheduler.cap
        storage.backlog.mem_limit storage.checksum storage.delete_irrecoverable_chunks
        storage.max_chunks_up storage.metrics storage.path storage.sync streams_file
    """,
    "FILTER multiline": f"""
        {EVERY_FILTER}
        buffer debug_flush emitter_mem_buf_limit emitter_name emitter_storage.type
        flush_ms mode multiline.key_content multiline.parser
    """,
    "FILTER parser": f"""
        {EVERY_FILTER}
        key_name parser preserve_key reserve_data
    """,
    "FILTER rewrite_tag": f"""
        {EVERY_FILTER}
        emitter_mem_buf_limit emitter_name emitter_storage.type rule
    """,
    "OUTPUT s3": f"""
        {EVERY_OUTPUT}
        auto_retry_requests bucket canned_acl compression content_type endpoint
        external_id json_date_format json_date_key log_key preserve_data_ordering
        profile region role_arn s3_key_format s3_key_format_tag_delimiters
        send_content_md5 static_file_path storage_class store_dir store_dir_limit_size
        sts_endpoint total_file_size upload_chunk_size upload_timeout use_put_object
    """,
    "OUTPUT cloudwatch_logs": f"""
        {EVERY_OUTPUT}
        auto_create_group auto_retry_requests endpoint external_id extra_user_agent
        log_format log_group_class log_group_name log_group_template log_key
        log_retention_days log_stream_name log_stream_prefix log_stream_template
        metric_dimensions metric_namespace profile region role_arn sts_endpoint
    """,
    "PARSER elearning_line": """
        format name time_format time_keep time_key time_offset time_strict
        time_system_timezone types
    """,
}


# --- Reading the configuration


class Section:
    """`kind` is "FILTER", …; `values` has a list for each key, in small letters."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.values: dict[str, list[str]] = {}

    def __getitem__(self, key: str) -> str:
        (value,) = self.values[key]
        return value

    @property
    def name(self) -> str:
        return self.kind if self.kind == "SERVICE" else f"{self.kind} {self['name']}"

    def matches(self, tag: str) -> bool:
        if "match" in self.values:
            return fnmatch.fnmatchcase(tag, self["match"])
        return bool(re.search(self["match_regex"], tag))


def read(name: str) -> list[Section]:
    sections: list[Section] = []
    for line in (FOLDER / name).read_text().splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if title := re.fullmatch(r"\[(\w+)\]", line):
            sections.append(Section(title[1]))
            continue
        key, value = re.fullmatch(r"    (\S+)\s+(\S.*)", line).groups()
        sections[-1].values.setdefault(key.lower(), []).append(value)
    return sections


CONF = read("fluent-bit.conf")
FILTERS = [each for each in CONF if each.kind == "FILTER"]
OUTPUTS = [each for each in CONF if each.kind == "OUTPUT"]
(PARSER,) = read("parsers.conf")


@pytest.mark.parametrize("section", [*CONF, PARSER], ids=lambda section: section.name)
def test_every_key_is_one_that_its_plugin_takes(section):
    assert section.values.keys() <= set(KEYS[section.name].split())
    several = {key for key, values in section.values.items() if len(values) > 1}
    assert several <= {"rule"}


def test_nothing_is_said_without_a_place_to_go():
    for section in [*FILTERS, *OUTPUTS]:
        assert ("match" in section.values) != ("match_regex" in section.values)


# --- Where a line goes


def record_of(line: str) -> dict:
    """As FireLens gets it from Docker, after the parser."""
    try:
        parsed = json.loads(line)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return {"log": line, "source": "stdout", "container_id": "c", "container_name": "/web"}
    return parsed


def emitted(record: dict, tag: str) -> list[str]:
    """The tags under which a record reaches the outputs."""
    tags = []
    for each in FILTERS:
        if each["name"] != "rewrite_tag" or not each.matches(tag):
            continue
        for rule in each.values["rule"]:
            key, pattern, new, keep = rule.split(" ")
            value = record.get(key.removeprefix("$"))
            # Of a number or an object it sees nothing.
            found = re.search(pattern, value) if isinstance(value, str) else None
            if found:
                name = re.sub(r"\$(\d)", lambda part, found=found: found[int(part[1])], new)
                tags += emitted(record, name.replace("$TAG", tag))
                if keep == "false":
                    return tags
                break
    return [*tags, tag]


def places(line: str) -> list[str]:
    """Keys in the bucket and names of log groups."""
    found = []
    record = record_of(line)
    for tag in emitted(record, TAG):
        for output in OUTPUTS:
            if output.matches(tag):
                found.append(place(output, tag))
    return sorted(found)


def place(output: Section, tag: str) -> str:
    if output["name"] == "cloudwatch_logs":
        return output["log_group_name"]
    parts = tag.split(output["s3_key_format_tag_delimiters"])
    key = re.sub(r"\$TAG\[(\d)\]", lambda part: parts[int(part[1])], output["s3_key_format"])
    return key.replace("$UUID", "aB3dE6gH").removeprefix("/")


def hour_of(line: str) -> str:
    since = moment(json.loads(line)["time"])
    (partition,) = Span(since, since.replace(minute=0, second=0, microsecond=0) + HOUR).partitions()
    return f"{PREFIX}{partition}/{TAG}-aB3dE6gH.gz"


def test_a_line_goes_to_the_hour_of_its_own_time(lines, log):
    log.info("verify_upload", extra={"upload": 3})
    log.warning("lose_reader")
    for line in lines.text:
        assert places(line) == [hour_of(line)]


@pytest.mark.parametrize("level", [logging.ERROR, logging.CRITICAL])
def test_an_error_goes_to_the_archive_and_to_cloudwatch(lines, log, level):
    log.log(level, "crash", exc_info=(ValueError, ValueError("x"), None))
    (line,) = lines.text
    assert places(line) == ["${LOG_GROUP}/errors", hour_of(line)]


def test_metrics_go_where_cloudwatch_makes_metrics_of_them(lines):
    metrics = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": []}, "requests": 3}
    # Its logger has a handler of its own.
    log = logging.getLogger("elearning.metrics")
    lines.emit(log.makeRecord(log.name, logging.INFO, "", 1, "measure", (), None, extra=metrics))
    (line,) = lines.text
    assert "_aws" in json.loads(line)
    assert places(line) == ["${LOG_GROUP}/metrics"]
    (output,) = (each for each in OUTPUTS if each.matches(f"metrics.{TAG}"))
    assert output["log_format"] == "json/emf"


@pytest.mark.parametrize(
    "line", ["Segmentation fault", "17", '["a list"]', "", '{"cut off": ', '{"time": 17}', "{}"]
)
def test_what_is_none_of_our_lines_goes_to_cloudwatch_alone(line):
    assert places(line) == ["${LOG_GROUP}/foreign"]


def test_a_line_about_a_lost_line_is_an_error_without_a_time(tmp_path):
    out = tmp_path / "out"
    with out.open("wb") as file:
        Stdout(file.fileno()).handleError(None)
    assert places(out.read_text().strip()) == ["${LOG_GROUP}/errors", "${LOG_GROUP}/foreign"]


def test_no_filter_sees_a_line_again_under_its_new_name():
    for name in ("archive.2026-11-20.08", "errors", "metrics"):
        assert not [each.name for each in FILTERS if each.matches(f"{name}.{TAG}")]


def test_broken_lines_are_made_whole_before_anything_else():
    assert FILTERS[0].name == "FILTER multiline"
    assert FILTERS[0]["mode"] == "partial_message"


# --- The parser, and what stands around


def test_the_parser_reads_our_times(lines, log):
    log.info("verify_upload")
    (line,) = lines()
    form = PARSER["time_format"].replace("%L", "%f")
    assert datetime.strptime(line[PARSER["time_key"]], form)  # noqa: DTZ007 - its form is asked
    assert PARSER["time_keep"] == "On"
    assert FILTERS[1]["parser"] == PARSER["name"]


def test_what_is_written_when_a_task_dies_is_whole_and_recent():
    (bucket,) = (each for each in OUTPUTS if each["name"] == "s3")
    assert bucket["use_put_object"] == "On"
    assert bucket["upload_timeout"] == "1m"
    # With PutObject a key keeps its ending only beside $UUID.
    assert bucket["s3_key_format"].endswith("$UUID.gz")
    assert bucket["compression"] == "gzip"


def test_the_archive_waits_for_hours_until_s3_is_back():
    (bucket,) = (each for each in OUTPUTS if each["name"] == "s3")
    tries_each_second = 6 / 60
    assert int(bucket["retry_limit"]) / tries_each_second > 5 * 3600


@pytest.mark.parametrize("task", ["web", "worker", "media", "command"])
def test_the_task_definitions_hold_what_the_configuration_asks_for(task):
    template = load(FOLDER.parent / f"tasks/{task}.yaml")
    router, site = template["Resources"]["Definition"]["Properties"]["ContainerDefinitions"]
    conf = (FOLDER / "fluent-bit.conf").read_text()
    asked = set(re.findall(r"\$\{(\w+)\}", conf)) - {"AWS_REGION"}  # ECS sets that one
    assert {each["Name"] for each in router["Environment"]} == asked

    (service,) = (each for each in CONF if each.kind == "SERVICE")
    copied = re.search(r"^COPY (.+) (/\S+/)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    paths = {f"{copied[2]}{name}" for name in copied[1].split()}
    options = router["FirelensConfiguration"]["Options"]
    assert {service["parsers_file"], options["config-file-value"]} == paths
    assert options["config-file-type"] == "file"
    # Its filter would come twice over what is emitted again, and Athena refuses double keys.
    assert options["enable-ecs-log-metadata"] == "false"

    assert router["StopTimeout"] > int(service["grace"])
    (mount,) = router["MountPoints"]
    (bucket,) = (each for each in OUTPUTS if each["name"] == "s3")
    for folder in (service["storage.path"], bucket["store_dir"]):
        assert folder.startswith(f"{mount['ContainerPath']}/")
    assert site["DependsOn"] == [{"ContainerName": router["Name"], "Condition": "HEALTHY"}]
    assert re.fullmatch("[a-z]+", site["Name"])
