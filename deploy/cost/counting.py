"""What each resource of the templates uses in a month, as quantities of items of the price list.

`PRICED` has a rule for each type of resource that AWS charges for, `FREE` a reason for each other.
A type that is in neither is refused: nothing enters a template without a thought of its price.
"""

from collections.abc import Iterator

from deploy.cost import keeping, reaching, running
from deploy.cost.free import FREE
from deploy.cost.reading import Place
from deploy.cost.usage import Rule, Scene, Use


def uses(scene: Scene) -> list[Use]:
    """All of an environment's. KeyError: a type of resource has neither a price nor a reason."""
    found = list(_besides(scene))
    for place in scene.about.places():
        rule = PRICED.get(place.type)
        if rule:
            found += rule(place, scene)
        else:
            FREE[place.type]
    return [use for use in found if use.month]


def _besides(scene: Scene) -> Iterator[Use]:
    """What no resource of the templates stands for."""
    load, parameters = scene.about.load, scene.about.parameters
    yield Use("hosted_zone", 1, "HostedZoneId")
    yield Use("between_zones_gb", scene.requests * load["database_kb"] / 1e6 * 2 / 3, "database")
    if parameters["PageDelivery"] == "alb":
        yield Use("egress_gb", scene.page_gb, "pages")
    if parameters["MaterialDelivery"] == "s3":
        yield Use("egress_gb", load["material_read_gb"], "material")
    if parameters["EmailHost"].endswith(".amazonaws.com"):
        yield Use("ses_mail", load["mails"] / 1000, "mail")


def _one(item: str) -> Rule:
    def rule(place: Place, scene: Scene) -> Iterator[Use]:
        yield Use(item, 1, place.name)

    return rule


PRICED: dict[str, Rule] = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": keeping.policy,
    "AWS::Athena::WorkGroup": keeping.workgroup,
    "AWS::AutoScaling::AutoScalingGroup": running.instance_group,
    "AWS::Backup::BackupPlan": keeping.backup_plan,
    "AWS::CloudFront::Distribution": reaching.distribution,
    "AWS::CloudFront::Function": reaching.function,
    "AWS::CloudWatch::Alarm": keeping.alarm,
    "AWS::CloudWatch::Dashboard": _one("dashboard"),
    "AWS::EC2::EIP": reaching.address,
    "AWS::EC2::NatGateway": reaching.nat,
    "AWS::EC2::VPCEndpoint": reaching.endpoint,
    "AWS::ECR::Repository": keeping.repository,
    "AWS::ECS::Cluster": keeping.ecs_cluster,
    "AWS::ECS::Service": running.service,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": reaching.load_balancer,
    "AWS::GuardDuty::MalwareProtectionPlan": keeping.scan,
    "AWS::KMS::Key": keeping.key,
    "AWS::Logs::LogGroup": keeping.log_group,
    "AWS::RDS::DBCluster": running.database_cluster,
    "AWS::RDS::DBInstance": running.database_instance,
    "AWS::S3::Bucket": keeping.bucket,
    "AWS::Scheduler::Schedule": running.schedule,
    "AWS::SecretsManager::Secret": _one("secret"),
    "AWS::WAFv2::WebACL": reaching.web_acl,
}
