"""What runs: tasks, instances, the database."""

from collections.abc import Iterator
from typing import Any

from deploy.cost.reading import Place, prices
from deploy.cost.usage import Scene, Use
from deploy.cost.week import MONTH_HOURS, Hours, always, times

DISK_IN_PRICE_GB = 20
INSTANCE_TASKS = 2
"""Tasks on one instance of the types that are priced: their network interfaces, but one, without
awsvpcTrunking (Amazon ECS Developer Guide)."""
INSTANCE_SPARE = 0.92
"""Of an instance's memory, what the system and the agent leave to tasks."""
INSTANCE_FILLED = 0.9
"""TargetCapacity of the capacity provider (service.yaml)."""


def service(place: Place, scene: Scene) -> Iterator[Use]:
    name = place.properties["ServiceName"]
    yield from _tasks(name, _provider(place), scene.fleet.hours(name), scene)


def _provider(service: Place) -> Any:
    """FARGATE or FARGATE_SPOT; where it runs on instances, a reference."""
    return service.properties["CapacityProviderStrategy"][0]["CapacityProvider"]


def schedule(place: Place, scene: Scene) -> Iterator[Use]:
    expression = place.properties["ScheduleExpression"]
    minutes = scene.about.load["nightly_minutes"]
    hour = times(expression, 1)[0] // 60
    day = tuple(minutes / 60 if each == hour else 0.0 for each in range(24))
    (strategy,) = place.properties["Target"]["EcsParameters"]["CapacityProviderStrategy"]
    yield from _tasks("command", strategy["CapacityProvider"], Hours(day, day), scene)


def _tasks(name: str, provider: object, hours: Hours, scene: Scene) -> Iterator[Use]:
    definition = _definition(name, scene)
    if isinstance(provider, str):
        kind = {"FARGATE": "fargate_arm", "FARGATE_SPOT": "fargate_spot"}[provider]
        if definition["RuntimePlatform"]["CpuArchitecture"] != "ARM64":
            kind = "fargate_x86"
        yield Use(f"{kind}_vcpu", hours * (int(definition["Cpu"]) / 1024), name)
        yield Use(f"{kind}_gb", hours * (int(definition["Memory"]) / 1024), name)
        disk = definition.get("EphemeralStorage", {}).get("SizeInGiB", DISK_IN_PRICE_GB)
        yield Use("fargate_disk", hours * (int(disk) - DISK_IN_PRICE_GB), name)
    if scene.about.output("network", "AssignPublicIp") == "ENABLED":
        yield Use("ipv4_hour", hours, name)


def _definition(name: str, scene: Scene) -> dict[str, Any]:
    (found,) = scene.about.places("AWS::ECS::TaskDefinition", stack=f"task-{name}")
    return found.properties


def instance_group(place: Place, scene: Scene) -> Iterator[Use]:
    """As many as the tasks on them fill; ValueError: a task does not fit on one."""
    kind = scene.about.parameters["InstanceType"]
    size = prices().items[f"ec2_{kind}"]
    hours = always(0)
    for service in scene.about.places("AWS::ECS::Service"):
        if isinstance(_provider(service), str):
            continue
        name = service.properties["ServiceName"]
        definition = _definition(name, scene)
        share = max(
            int(definition["Cpu"]) / 1024 / size.vcpu,
            int(definition["Memory"]) / 1024 / (size.gib * INSTANCE_SPARE),
            1 / INSTANCE_TASKS,
        )
        if share > 1:
            raise ValueError(f"a task of {name} does not fit on a {kind}")
        hours += scene.fleet.hours(name) * (share / INSTANCE_FILLED)
    (template,) = scene.about.places("AWS::EC2::LaunchTemplate")
    (disk,) = template.properties["LaunchTemplateData"]["BlockDeviceMappings"]
    yield Use(f"ec2_{kind}", hours, "tasks")
    yield Use("ebs_gp3", int(disk["Ebs"]["VolumeSize"]) * hours.month / MONTH_HOURS, "disks")


def database_cluster(place: Place, scene: Scene) -> Iterator[Use]:
    load = scene.about.load
    gb = load["database_gb"]
    written = scene.writes * load["io_per_write"] / 1e6
    if place.stack == "osaka-database":
        yield Use("osaka_aurora_storage", gb, "replica")
        yield Use("osaka_aurora_io", written, "replica")
        return
    read = scene.requests * load["io_per_request_read"] / 1e6
    yield Use("aurora_acu", scene.fleet.acu_hours(), "instances")
    yield Use("aurora_storage", gb, "data")
    yield Use("aurora_io", written + read, "data")
    # Free up to the size of the database; a day's changes are kept as long as it can go back.
    days = int(place.properties["BackupRetentionPeriod"])
    yield Use("backup_gb", max(0.0, days * load["database_changed_gb"] - gb), "point in time")
    if place.properties.get("ManageMasterUserPassword"):
        yield Use("secret", 1, "master user")


def database_instance(place: Place, scene: Scene) -> Iterator[Use]:
    kind, osaka = place.properties["DBInstanceClass"], place.stack == "osaka-database"
    if kind != "db.serverless":
        yield Use(f"aurora_{kind}", always(1), place.name)
    elif osaka:
        least = next(scene.about.places("AWS::RDS::DBCluster", stack="osaka-database"))
        limits = least.properties["ServerlessV2ScalingConfiguration"]
        yield Use("osaka_aurora_acu", always(float(limits["MinCapacity"])), place.name)
