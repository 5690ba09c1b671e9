"""What is kept and watched: files, images, logs, figures, keys, backups."""

from collections.abc import Iterator

from deploy.cost.reading import Place
from deploy.cost.usage import RANGE_MB, Scene, Use
from deploy.cost.week import MONTH_HOURS, average

WEEKS = MONTH_HOURS / 24 / 7
RECORDED_MINUTELY = 60
"""Files an hour that each task's log router writes (upload_timeout in fluent-bit.conf)."""
GZIP = 10
"""Times that a log shrinks."""
TRACKING_ALARMS = 2
"""That Application Auto Scaling makes for each target tracking policy."""


def bucket(place: Place, scene: Scene) -> Iterator[Use]:
    name, load = place.properties["BucketName"], scene.about.load
    kind = next(each for each in ("material", "logs", "backup") if f"-{each}-" in name)
    new = {"material": load["material_new_gb"], "backup": load["dumps_gb"] / 12, "logs": 0}[kind]
    if name.endswith("-osaka"):
        stored = {"material": load["material_gb"], "backup": load["dumps_gb"]}[kind]
        yield Use("osaka_s3_gb", stored, f"{kind}, replica")
        yield Use("to_osaka_gb", new, f"{kind}, replica")
        yield Use("osaka_put", load["material_new_files"] / 1000 if kind == "material" else 0, kind)
    elif kind == "material":
        yield Use("s3_gb", load["material_gb"] * (1 - load["seldom_share"]), kind)
        yield Use("s3_seldom_gb", load["material_gb"] * load["seldom_share"], kind)
        yield Use("s3_watching", load["material_files"] / 1000, kind)
        yield Use("s3_put", load["material_new_files"] * 3 / 1000, kind)
        if scene.about.parameters["MaterialDelivery"] == "s3":
            yield Use("s3_get", load["material_read_gb"] / RANGE_MB, kind)
    elif kind == "logs":
        # Files of a minute are below 128 KiB, which S3 does not move to STANDARD_IA.
        months = int(scene.about.parameters["LogDays"]) / (MONTH_HOURS / 24)
        gb = scene.requests * load["log_bytes_per_request"] / 1e9 / GZIP
        yield Use("s3_gb", gb * months, kind)
        yield Use("s3_put", scene.task_hours * RECORDED_MINUTELY / 1000, kind)
    else:
        yield Use("s3_gb", load["dumps_gb"], kind)


def repository(place: Place, scene: Scene) -> Iterator[Use]:
    name = place.properties["RepositoryName"].rsplit("/", 1)[-1]
    yield Use("ecr_gb", scene.about.load["images_gb"][name], name)


def scan(place: Place, scene: Scene) -> Iterator[Use]:
    yield Use("scan_gb", scene.about.load["material_new_gb"], place.name)
    yield Use("scan_objects", scene.about.load["material_new_files"] / 1000, place.name)


def log_group(place: Place, scene: Scene) -> Iterator[Use]:
    name = place.properties["LogGroupName"]
    name = "waf" if name.startswith("aws-waf-logs-") else name.rsplit("/", 1)[-1]
    yield Use("logs_gb", scene.about.load["logs_gb"][name], name)
    if name == "metrics":
        yield Use("metric", _site_metrics(scene), "the site's own")


def _site_metrics(scene: Scene) -> float:
    """docs/metrics.md, "What it costs": paid for the hours in which they are told."""
    told = scene.about.parameters["Metrics"]
    if told == "off":
        return 0
    reader = scene.about.parameters["DatabaseReaders"] != "0"
    by_service = {"web": 7 if reader else 4, "worker": 2 + 4}
    share = {
        name: average([float(each > 0) for each in scene.fleet.tasks[name]]).month / MONTH_HOURS
        for name in by_service
    }
    together = sum(by_service[name] * share[name] for name in by_service)
    routes = 75 * scene.about.load["route_hours_share"] if told == "routes" else 0
    return float(together + routes)


def ecs_cluster(place: Place, scene: Scene) -> Iterator[Use]:
    if place.properties["ClusterSettings"] == [{"Name": "containerInsights", "Value": "enabled"}]:
        yield Use("metric", scene.about.load["container_insights_metrics"], "Container Insights")
        yield Use("logs_gb", scene.about.load["container_insights_gb"], "Container Insights")


def alarm(place: Place, scene: Scene) -> Iterator[Use]:
    metrics = [each for each in place.properties.get("Metrics", []) if "MetricStat" in each]
    yield Use("alarm", max(1, len(metrics)), place.name)


def policy(place: Place, scene: Scene) -> Iterator[Use]:
    if place.properties["PolicyType"] == "TargetTrackingScaling":
        yield Use("alarm", TRACKING_ALARMS, place.name)


def key(place: Place, scene: Scene) -> Iterator[Use]:
    if place.stack.startswith("osaka"):
        yield Use("osaka_kms_key", 1, place.name)
    else:
        yield Use("kms_key", 1, place.name)
        yield Use("kms_requests", scene.about.load["kms_requests"] / 1e4, place.name)


def backup_plan(place: Place, scene: Scene) -> Iterator[Use]:
    gb = scene.about.load["database_gb"]
    for rule in place.properties["BackupPlan"]["BackupPlanRule"]:
        yield Use("backup_gb", gb * int(rule["Lifecycle"]["DeleteAfterDays"]) / 7, "weekly")
        for copy in rule["CopyActions"]:
            yield Use(
                "osaka_backup_gb", gb * int(copy["Lifecycle"]["DeleteAfterDays"]) / 7, "weekly"
            )
            yield Use("to_osaka_gb", gb * WEEKS, "weekly snapshot")


def workgroup(place: Place, scene: Scene) -> Iterator[Use]:
    yield Use("athena_tb", scene.about.load["athena_tb"], place.name)
