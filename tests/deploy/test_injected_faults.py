"""Each promise notices when somebody breaks it: a fault goes into a template, and is told.

The templates are those of production unless a fault needs another environment.
"""

import pytest

from tests.deploy import promises
from tests.deploy.estate import Estate


def properties(estate, stack, name):
    return estate.templates[stack]["Resources"][name]["Properties"]


def attribute(estate, stack, name, kind, key, value):
    for each in properties(estate, stack, name)[kind]:
        if each["Key"] == key:
            each["Value"] = value
            return
    raise KeyError(key)


def ssh_for_everybody(estate):
    properties(estate, "network", "TaskSecurityGroup")["SecurityGroupIngress"] = [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    ]


def ssh_by_a_rule_of_its_own(estate):
    estate.templates["service"]["Resources"]["Emergency"] = {
        "Type": "AWS::EC2::SecurityGroupIngress",
        "Properties": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"},
    }


def every_port_of_the_load_balancer(estate):
    properties(estate, "network", "AlbSecurityGroup")["SecurityGroupIngress"].append(
        {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
    )


def database_for_the_whole_network(estate):
    rule = properties(estate, "network", "DatabaseSecurityGroup")["SecurityGroupIngress"][0]
    del rule["SourceSecurityGroupId"]
    rule["CidrIp"] = "10.0.0.0/8"


def tasks_for_the_database(estate):
    rule = properties(estate, "network", "TasksFromAlb")
    rule["SourceSecurityGroupId"] = {"Ref": "DatabaseSecurityGroup"}


def public_database(estate):
    properties(estate, "data", "Writer")["PubliclyAccessible"] = True


def public_load_balancer_behind_cloudfront(estate):
    properties(estate, "service", "Alb")["Scheme"] = "internet-facing"


def origin_that_anybody_reaches(estate):
    distribution = properties(estate, "edge", "PagesDistribution")["DistributionConfig"]
    del distribution["Origins"][0]["VpcOriginConfig"]


def public_bucket(estate):
    block = properties(estate, "storage", "MaterialBucket")["PublicAccessBlockConfiguration"]
    block["BlockPublicPolicy"] = False


def bucket_without_tls(estate):
    policy = properties(estate, "storage", "BackupBucketPolicy")["PolicyDocument"]
    del policy["Statement"][0]["Condition"]


def bucket_without_a_policy(estate):
    del estate.templates["storage"]["Resources"]["LogBucketPolicy"]


def bucket_without_versions(estate):
    properties(estate, "osaka", "MaterialReplica")["VersioningConfiguration"]["Status"] = (
        "Suspended"
    )


def bucket_that_lets_everybody_read(estate):
    policy = properties(estate, "storage", "MaterialBucketPolicy")["PolicyDocument"]
    policy["Statement"][1]["Principal"] = "*"


def password_in_the_open(estate):
    containers = properties(estate, "task-web", "Definition")["ContainerDefinitions"]
    containers[1]["Environment"].append({"Name": "EMAIL_HOST_PASSWORD", "Value": "juku"})


def secret_from_a_parameter(estate):
    containers = properties(estate, "task-worker", "Definition")["ContainerDefinitions"]
    containers[1]["Secrets"][0]["ValueFrom"] = "arn:aws:ssm:ap-northeast-1:1:parameter/key"


def password_of_the_database_in_the_template(estate):
    properties(estate, "data", "Cluster")["MasterUserPassword"] = "juku-juku"


def every_right_on_material(estate):
    document = properties(estate, "access", "SitePolicy")["PolicyDocument"]
    document["Statement"][0]["Action"] = "s3:*"


def every_right_but_few(estate):
    role = properties(estate, "access", "CommandRole")
    role["Policies"][0]["PolicyDocument"]["Statement"][0]["NotAction"] = ["iam:CreateUser"]


def backups_of_a_day(estate):
    properties(estate, "data", "Cluster")["BackupRetentionPeriod"] = 1


def database_that_a_slip_deletes(estate):
    properties(estate, "data", "Cluster")["DeletionProtection"] = False


def database_that_leaves_nothing(estate):
    estate.templates["data"]["Resources"]["Cluster"]["DeletionPolicy"] = "Delete"


def material_that_goes_with_its_stack(estate):
    del estate.templates["storage"]["Resources"]["MaterialBucket"]["DeletionPolicy"]


def snapshots_that_stay_in_tokyo(estate):
    plan = properties(estate, "data", "BackupPlan")["BackupPlan"]
    del plan["BackupPlanRule"][0]["CopyActions"]


def snapshots_of_nothing(estate):
    del estate.templates["data"]["Resources"]["BackupSelection"]


def all_tasks_in_one_zone(estate):
    for zone in "CD":
        subnet = properties(estate, "network", f"PrivateSubnet{zone}")
        subnet["AvailabilityZone"] = properties(estate, "network", "PrivateSubnetA")[
            "AvailabilityZone"
        ]


def reader_beside_the_writer(estate):
    zone = properties(estate, "data", "Writer")["AvailabilityZone"]
    properties(estate, "data", "ReaderC")["AvailabilityZone"] = zone


def web_killed_after_half_a_minute(estate):
    properties(estate, "task-web", "Definition")["ContainerDefinitions"][1]["StopTimeout"] = 30


def worker_killed_after_half_a_minute(estate):
    properties(estate, "task-worker", "Definition")["ContainerDefinitions"][1]["StopTimeout"] = 30


def load_balancer_that_notices_late(estate):
    properties(estate, "service", "TargetGroup")["HealthCheckIntervalSeconds"] = 30


def load_balancer_that_asks_the_database(estate):
    properties(estate, "service", "TargetGroup")["HealthCheckPath"] = "/healthz"


def load_balancer_that_keeps_connections_longer(estate):
    attribute(
        estate, "service", "Alb", "LoadBalancerAttributes", "idle_timeout.timeout_seconds", "120"
    )


def larger_fleet(estate):
    estate.templates["scaling"]["Mappings"]["Web"]["production"]["Max"] = 24


def fewer_connections(estate):
    estate.parameters["DatabaseMaxConnections"] = "1000"


def connections_written_down_elsewhere(estate):
    properties(estate, "data", "MysqlParameters")["Parameters"]["max_connections"] = "500"


def release_that_does_not_go_back(estate):
    configuration = properties(estate, "service", "Web")["DeploymentConfiguration"]
    configuration["DeploymentCircuitBreaker"]["Rollback"] = False


def release_with_half_the_tasks(estate):
    configuration = properties(estate, "service", "Web")["DeploymentConfiguration"]
    configuration["MinimumHealthyPercent"] = 50


def database_in_the_clear(estate):
    del properties(estate, "data", "MysqlParameters")["Parameters"]["require_secure_transport"]


def database_without_iam(estate):
    properties(estate, "data", "Cluster")["EnableIAMDatabaseAuthentication"] = False


FAULTS = {
    promises.nothing_is_open_but_the_load_balancers_two_ports: [
        ssh_for_everybody,
        ssh_by_a_rule_of_its_own,
        every_port_of_the_load_balancer,
    ],
    promises.only_the_load_balancer_reaches_tasks_and_only_tasks_the_database: [
        database_for_the_whole_network,
        tasks_for_the_database,
    ],
    promises.nothing_is_public_but_load_balancer_and_cloudfront: [
        public_database,
        public_load_balancer_behind_cloudfront,
        origin_that_anybody_reaches,
    ],
    promises.every_bucket_is_private_encrypted_versioned_and_wants_tls: [
        public_bucket,
        bucket_without_tls,
        bucket_without_a_policy,
        bucket_without_versions,
        bucket_that_lets_everybody_read,
    ],
    promises.every_secret_comes_from_secrets_manager: [
        password_in_the_open,
        secret_from_a_parameter,
        password_of_the_database_in_the_template,
    ],
    promises.no_right_is_a_wildcard: [every_right_on_material, every_right_but_few],
    promises.the_database_can_be_brought_back: [
        backups_of_a_day,
        database_that_a_slip_deletes,
        database_that_leaves_nothing,
        material_that_goes_with_its_stack,
        snapshots_that_stay_in_tokyo,
        snapshots_of_nothing,
    ],
    promises.everything_that_serves_stands_in_two_zones: [
        all_tasks_in_one_zone,
        reader_beside_the_writer,
    ],
    promises.who_is_told_to_end_is_waited_for: [
        web_killed_after_half_a_minute,
        worker_killed_after_half_a_minute,
        load_balancer_that_notices_late,
        load_balancer_that_asks_the_database,
    ],
    promises.connections_are_kept_longer_than_the_load_balancer_keeps_them: [
        load_balancer_that_keeps_connections_longer,
    ],
    promises.the_largest_fleet_has_its_connections_even_while_it_is_renewed: [
        larger_fleet,
        fewer_connections,
        connections_written_down_elsewhere,
    ],
    promises.a_failed_release_goes_back_by_itself: [
        release_that_does_not_go_back,
        release_with_half_the_tasks,
    ],
    promises.the_way_to_the_database_is_encrypted: [
        database_in_the_clear,
        database_without_iam,
    ],
}


def test_every_promise_is_tried():
    assert set(FAULTS) == set(promises.PROMISES)


@pytest.mark.parametrize(
    ("promise", "fault"),
    [(promise, fault) for promise, faults in FAULTS.items() for fault in faults],
    ids=lambda each: each.__name__,
)
def test_a_fault_is_told(promise, fault):
    estate = Estate("production")

    fault(estate)

    assert len(list(promise(estate))) >= 1
