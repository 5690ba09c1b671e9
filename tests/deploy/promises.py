"""What deploy/ promises, each as a function that reads an environment's resolved templates.

Every promise takes an Estate and yields a sentence for each place that breaks it. What could not
be resolved (an import, an attribute) stays in the templates' own form, and is compared as such.
"""

import json
import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from config import capacity
from config.capacity import Size
from elearning.db.connection_budget import Plan, needed
from tests.deploy.estate import Estate, statements

Promise = Callable[[Estate], Iterator[str]]
PROMISES: list[Promise] = []

# As they are where DEBUG is off, whatever these tests run with.
DEPLOYED = {"DEBUG": "0"}
with mock.patch.dict(os.environ, DEPLOYED):
    _gunicorn = runpy.run_path(str(Path(capacity.__file__).with_name("gunicorn.py")))
DRAIN_SECONDS: int = _gunicorn["DRAIN_SECONDS"]
GRACEFUL_SECONDS: int = _gunicorn["graceful_timeout"]
KEPT_SECONDS: int = _gunicorn["keepalive"]

ANYBODY = {"0.0.0.0/0", "::/0"}
# The second lets go of what an apply that failed had just made: it would bar the next one.
STAYS = {"Retain", "RetainExceptOnCreate"}


def promise(check: Promise) -> Promise:
    PROMISES.append(check)
    return check


@promise
def nothing_is_open_but_the_load_balancers_two_ports(estate: Estate) -> Iterator[str]:
    for place, properties in estate.of("AWS::EC2::SecurityGroup"):
        for rule in properties.get("SecurityGroupIngress", []):
            yield from _open(place, rule, allowed=place.name == "AlbSecurityGroup")
    for place, rule in estate.of("AWS::EC2::SecurityGroupIngress"):
        yield from _open(place, rule, allowed=False)


def _open(place: Any, rule: dict[str, Any], *, allowed: bool) -> Iterator[str]:
    if {rule.get("CidrIp"), rule.get("CidrIpv6")} & ANYBODY:
        ports = (int(rule.get("FromPort", -1)), int(rule.get("ToPort", -1)))
        if not allowed or ports not in {(443, 443), (80, 80)}:
            yield f"{place} is open to everybody on {ports}"


@promise
def only_the_load_balancer_reaches_tasks_and_only_tasks_the_database(
    estate: Estate,
) -> Iterator[str]:
    for place, rule in estate.of("AWS::EC2::SecurityGroupIngress"):
        if place.stack == "network" and rule.get("SourceSecurityGroupId") != estate.reference(
            "network", "AlbSecurityGroup"
        ):
            yield f"{place} lets in another than the load balancer"
    (database,) = (
        properties
        for place, properties in estate.of("AWS::EC2::SecurityGroup")
        if (place.stack, place.name) == ("network", "DatabaseSecurityGroup")
    )
    for rule in database["SecurityGroupIngress"]:
        if rule.get("SourceSecurityGroupId") != estate.reference("network", "TaskSecurityGroup"):
            yield "the database lets in another than tasks"


@promise
def nothing_is_public_but_load_balancer_and_cloudfront(estate: Estate) -> Iterator[str]:
    for place, properties in estate.of("AWS::RDS::DBInstance"):
        if properties.get("PubliclyAccessible") not in (False, "false"):
            yield f"{place} does not say that it is not public"
    for place, properties in estate.of("AWS::EC2::Subnet"):
        if properties.get("MapPublicIpOnLaunch"):
            yield f"{place} gives everything in it a public address"
    behind_cloudfront = estate.parameters["PageDelivery"] == "cloudfront"
    for place, properties in estate.of("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        if behind_cloudfront and properties["Scheme"] != "internal":
            yield f"{place} can be reached past CloudFront"
    for place, properties in estate.of("AWS::Lambda::Url"):
        yield f"{place} is public: {properties}"
    for place, properties in estate.of("AWS::CloudFront::Distribution"):
        for origin in properties["DistributionConfig"]["Origins"]:
            if "VpcOriginConfig" not in origin and not origin.get("OriginAccessControlId"):
                yield f"{place} has an origin that others can reach"


@promise
def every_bucket_is_private_encrypted_versioned_and_wants_tls(estate: Estate) -> Iterator[str]:
    secured = set()
    for place, properties in estate.of("AWS::S3::BucketPolicy"):
        for statement in statements(properties["PolicyDocument"]):
            if statement["Effect"] == "Deny":
                insecure = statement.get("Condition", {}).get("Bool", {})
                if insecure.get("aws:SecureTransport") in ("false", False):
                    secured.add((place.stack, json.dumps(properties["Bucket"])))
            elif statement.get("Principal") in ("*", {"AWS": "*"}):
                yield f"{place} lets everybody in"
    for place, properties in estate.of("AWS::S3::Bucket"):
        block = properties.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{place} does not block public access"
        if "BucketEncryption" not in properties:
            yield f"{place} does not encrypt"
        if properties.get("VersioningConfiguration", {}).get("Status") != "Enabled":
            yield f"{place} keeps no versions"
        if (place.stack, json.dumps(estate.reference(place.stack, place.name))) not in secured:
            yield f"{place} takes requests without TLS"


@promise
def every_secret_comes_from_secrets_manager(estate: Estate) -> Iterator[str]:
    secret = ("KEY", "TOKEN", "PASSWORD", "SECRET")
    not_secret = {"MATERIAL_KMS_KEY", "CLOUDFRONT_KEY_ID"}
    for place, properties in estate.of("AWS::ECS::TaskDefinition"):
        for container in properties["ContainerDefinitions"]:
            for entry in container.get("Environment", []):
                if entry["Name"].endswith(secret) and entry["Name"] not in not_secret:
                    yield f"{place} has {entry['Name']} in the open"
            for entry in container.get("Secrets", []):
                source = json.dumps(entry["ValueFrom"])
                if entry["Name"] not in not_secret and "SecretArn" not in source:
                    yield f"{place} takes {entry['Name']} from elsewhere than Secrets Manager"
    for place, properties in estate.of("AWS::RDS::DBCluster"):
        password = json.dumps(properties.get("MasterUserPassword"))
        if password != "null" and "{{resolve:secretsmanager:" not in password:
            yield f"{place} has its password in the template"


@promise
def no_right_is_a_wildcard(estate: Estate) -> Iterator[str]:
    # A key's own policy names the account, which could otherwise never change the key again.
    for place, document in estate.policies():
        for statement in statements(document):
            actions = statement.get("Action", [])
            actions = [actions] if isinstance(actions, str) else actions
            if statement["Effect"] == "Allow" and any("*" in action for action in actions):
                yield f"{place} allows {actions}"
            if statement["Effect"] == "Allow" and "NotAction" in statement:
                yield f"{place} allows all but a few"


@promise
def the_database_can_be_brought_back(estate: Estate) -> Iterator[str]:
    clusters = list(estate.of("AWS::RDS::DBCluster", stack="data"))
    if len(clusters) != 1:
        yield f"there are {len(clusters)} clusters"
    for place, properties in clusters:
        if not 7 <= int(properties.get("BackupRetentionPeriod", 1)) <= 35:
            yield f"{place} cannot go back a week"
        if properties.get("StorageEncrypted") not in (True, "true"):
            yield f"{place} is not encrypted"
        if estate.resource(place).get("DeletionPolicy") not in STAYS | {"Snapshot"}:
            yield f"{place} leaves nothing behind when it is deleted"
        protected = properties.get("DeletionProtection") in (True, "true")
        if estate.is_production and not protected:
            yield f"{place} may be deleted by a slip"
    for kind in ("AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::KMS::Key"):
        for place, _ in estate.of(kind):
            # The key of alarms keeps nothing.
            kept = place.stack != "ops"
            if kept and estate.resource(place).get("DeletionPolicy") not in STAYS:
                yield f"{place} goes with its stack"
    if estate.parameters["SnapshotCopies"] == "yes":
        copies = [
            action["DestinationBackupVaultArn"]
            for _, properties in estate.of("AWS::Backup::BackupPlan")
            for rule in properties["BackupPlan"]["BackupPlanRule"]
            for action in rule.get("CopyActions", [])
        ]
        if not any("ap-northeast-3" in json.dumps(copy) for copy in copies):
            yield "no snapshot is copied to Osaka"
        if not list(estate.of("AWS::Backup::BackupSelection")):
            yield "the backup plan has nothing to back up"


@promise
def everything_that_serves_stands_in_two_zones(estate: Estate) -> Iterator[str]:
    for output in (
        "PublicSubnets",
        "PrivateSubnets",
        "IsolatedSubnets",
        "TaskSubnets",
        "AlbSubnets",
    ):
        zones = estate.zones_of("network", output)
        if len(zones) < 2:
            yield f"{output} are in {sorted(zones)} alone"
    instances = [properties for _, properties in estate.of("AWS::RDS::DBInstance", stack="data")]
    zones = [json.dumps(each.get("AvailabilityZone")) for each in instances]
    if len(set(zones)) != len(zones):
        yield "two instances of the database share a zone"


@promise
def who_is_told_to_end_is_waited_for(estate: Estate) -> Iterator[str]:
    for place, properties in estate.of("AWS::ElasticLoadBalancingV2::TargetGroup"):
        attributes = {each["Key"]: each["Value"] for each in properties["TargetGroupAttributes"]}
        delay = int(attributes["deregistration_delay.timeout_seconds"])
        noticed = int(properties["HealthCheckIntervalSeconds"]) * int(
            properties["UnhealthyThresholdCount"]
        )
        if properties["HealthCheckPath"] != "/readyz":
            yield f"{place} does not ask /readyz"
        if noticed >= DRAIN_SECONDS:
            yield f"{place} notices after {noticed} s that a task is leaving: too late"
        for container in estate.containers("web"):
            stop = int(container["StopTimeout"])
            if delay + stop <= GRACEFUL_SECONDS:
                yield f"{place}: requests in flight are cut off"
            if stop <= DRAIN_SECONDS + GRACEFUL_SECONDS:
                yield "web is killed before it has ended by itself"
    for name in ("worker", "media", "command"):
        for container in estate.containers(name):
            if int(container["StopTimeout"]) != 120:
                yield f"{name} has less than the time that WORKER_GRACE_SECONDS counts on"


@promise
def connections_are_kept_longer_than_the_load_balancer_keeps_them(
    estate: Estate,
) -> Iterator[str]:
    for place, properties in estate.of("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        attributes = {each["Key"]: each["Value"] for each in properties["LoadBalancerAttributes"]}
        if int(attributes["idle_timeout.timeout_seconds"]) >= KEPT_SECONDS:
            yield f"{place} sends requests into connections that are just being closed"


@promise
def the_largest_fleet_has_its_connections_even_while_it_is_renewed(
    estate: Estate,
) -> Iterator[str]:
    most = _plan(
        estate,
        web=estate.most("web"),
        workers=estate.most("worker") + estate.most("media"),
        deploying=True,
    )
    need = needed(most).both
    allowed = int(estate.parameters["DatabaseMaxConnections"])
    if need > allowed:
        yield f"{need} connections are wanted, {allowed} are allowed"
    groups = list(estate.of("AWS::RDS::DBClusterParameterGroup", stack="data"))
    for place, properties in groups:
        if int(properties["Parameters"]["max_connections"]) != allowed:
            yield f"{place} allows another number than DatabaseMaxConnections"
    if not groups:
        yield "no parameter group says how many connections there may be"


@promise
def a_failed_release_goes_back_by_itself(estate: Estate) -> Iterator[str]:
    for place, properties in estate.of("AWS::ECS::Service"):
        configuration = properties["DeploymentConfiguration"]
        if configuration["DeploymentCircuitBreaker"] != {"Enable": True, "Rollback": True}:
            yield f"{place} does not go back"
        if int(configuration["MinimumHealthyPercent"]) < 100:
            yield f"{place} serves with fewer tasks while it is renewed"


@promise
def the_way_to_the_database_is_encrypted(estate: Estate) -> Iterator[str]:
    for place, properties in estate.of("AWS::RDS::DBClusterParameterGroup", stack="data"):
        parameters = properties["Parameters"]
        forced = parameters.get("require_secure_transport", parameters.get("rds.force_ssl"))
        if forced not in ("ON", 1, "1"):
            yield f"{place} takes connections in the clear"
    for place, properties in estate.of("AWS::RDS::DBCluster", stack="data"):
        if properties.get("EnableIAMDatabaseAuthentication") not in (True, "true"):
            yield f"{place} knows no IAM"


def _processes_and_threads(cpu: int, memory: int) -> tuple[int, int]:
    """What config/capacity.py makes of a task of so many CPU units and MiB."""
    size = Size(cpu / 1024, memory)
    with (
        mock.patch.dict(os.environ, DEPLOYED),
        mock.patch.object(capacity, "task_size", return_value=size),
    ):
        return capacity.web_processes(), capacity.web_threads()


def _plan(estate: Estate, *, web: int, workers: int, deploying: bool) -> Plan:
    processes, threads = _processes_and_threads(
        int(estate.parameters["WebCpu"]), int(estate.parameters["WebMemory"])
    )
    return Plan(
        web_tasks=web,
        worker_tasks=workers,
        processes=processes,
        threads=threads,
        reader=int(estate.parameters["DatabaseReaders"]) > 0,
        deploying=deploying,
    )
