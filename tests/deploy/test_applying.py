"""deploy/Makefile: what an operator types, and what AWS is then told.

Three ways to see it: DRY=1 shows the commands for every real stack; a moto server takes those
stacks that it can; an account that answers in AWS's place (fake_aws.py) has releases go wrong.
"""

import json

import boto3
import pytest
from botocore import xform_name
from botocore.session import Session

from tests.deploy.operators import (
    DEPLOY,
    ENVIRONMENTS,
    Account,
    Operator,
    copy_of_the_tool,
    parameters_of,
    stacks_of,
)
from tests.servers import aws_cli
from tests.servers.moto_stacks import MotoStacks

ELSEWHERE = {"edge": "us-east-1", "osaka": "ap-northeast-3", "osaka-database": "ap-northeast-3"}
FILES = {f"task-{path.stem}": f"tasks/{path.name}" for path in DEPLOY.glob("tasks/*.yaml")}


def deploy_command(environment, stack, *more):
    return [
        *("aws", "cloudformation", "deploy"),
        *("--stack-name", f"elearning-{environment}-{stack}"),
        *("--template-file", FILES.get(stack, f"stacks/{stack}.yaml")),
        *("--parameter-overrides", f"file://environments/{environment}/parameters.json"),
        *("--capabilities", "CAPABILITY_NAMED_IAM", "--no-fail-on-empty-changeset"),
        *("--tags", "Project=elearning", f"Environment={environment}"),
        *("--region", ELSEWHERE.get(stack, "ap-northeast-1")),
        *more,
    ]


def deployments(commands):
    return [command for command in commands if command[1:3] == ["cloudformation", "deploy"]]


# --- the commands, for every environment -------------------------------------------------------


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_apply_takes_every_stack_in_its_order_to_its_region(environment):
    commands = Operator().commands("apply", ENV=environment)

    assert deployments(commands) == [
        deploy_command(environment, stack) for stack in stacks_of(environment)
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_plan_executes_nothing_and_takes_its_change_sets_away(environment):
    commands = Operator().commands("plan", ENV=environment)

    stacks = stacks_of(environment)
    assert deployments(commands) == [
        deploy_command(environment, stack, "--no-execute-changeset") for stack in stacks
    ]
    for word in ("describe-change-set", "delete-change-set"):
        assert sum(word in command for command in commands) == len(stacks)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_stack_of_an_environment_has_its_template(environment):
    for command in deployments(Operator().commands("apply", ENV=environment)):
        assert (DEPLOY / command[command.index("--template-file") + 1]).is_file()


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_release_is_the_tag_then_the_tasks_then_migrate_then_the_services(environment):
    commands = Operator().commands("release", ENV=environment, TAG="v2")

    name = f"elearning-{environment}"
    tasks = [stack for stack in stacks_of(environment) if stack.startswith("task-")]
    services = [task[5:] for task in tasks if task != "task-command"]
    changes = [c for c in commands if not c[2].startswith(("describe", "get", "wait"))]
    assert [command[:3] for command in changes] == [
        ["aws", "ssm", "put-parameter"],
        *[["aws", "cloudformation", "deploy"]] * len(tasks),
        ["aws", "ecs", "run-task"],
        *[["aws", "ecs", "update-service"]] * len(services),
        ["curl", "-fsS", "-o"],
        ["curl", "-fsS", "-o"],
    ]
    assert deployments(commands) == [deploy_command(environment, task) for task in tasks]
    for service in services:
        assert any(
            command[1:9]
            == [
                *("ecs", "update-service", "--cluster", name),
                *("--service", service, "--task-definition", f"{name}-{service}"),
            ]
            for command in commands
        )
    domain = parameters_of(environment)["DomainName"]
    assert [command[-1] for command in commands if command[0] == "curl"] == [
        f"https://{domain}/readyz",
        f"https://{domain}/login/",
    ]


@pytest.mark.parametrize("target", ["plan", "apply", "status", "release", "rollback", "exec"])
def test_every_command_and_option_is_one_of_the_cli(target):
    session = Session()
    variables = {"TAG": "v2"} if target == "release" else {}

    for command in Operator().commands(target, ENV="production", **variables):
        program, service, operation, *words = command
        # The CLI's own, beside those of the API.
        if program == "curl" or operation in {"deploy", "execute-command"}:
            continue
        model = session.get_service_model(service)
        if operation == "wait":
            assert words[0] in {"tasks-stopped", "services-stable"}
            operation = {"tasks-stopped": "describe-tasks"}.get(words[0], "describe-services")
        names = {xform_name(name, "-"): name for name in model.operation_names}
        members = model.operation_model(names[operation]).input_shape.members
        known = {xform_name(name, "-") for name in members}
        options = {word[2:] for word in words if word.startswith("--")}
        assert options <= known | {"query", "region", "output", "no-paginate"}


def test_shown_commands_are_not_run(tmp_path):
    account = Account(tmp_path)

    for target in ("plan", "apply", "status", "rollback"):
        assert account.make(target, DRY=1).returncode == 0

    assert account.state["calls"] == []


# --- what is asked, and what is refused --------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "variables"),
    [
        ("plan", {"ENV": ""}),
        ("apply", {"ENV": "prod"}),
        ("apply", {"STACK": "netwrok"}),
        ("release", {}),
        ("release", {"TAG": "v2,imageTag=v3"}),
        ("release", {"TAG": "-v2"}),
        ("rollback", {"TAG": "v1"}),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(tmp_path, target, variables):
    account = Account(tmp_path)
    environment = variables.pop("ENV", "staging")
    account.environment = environment

    done = account.make(target, **variables)

    assert done.returncode != 0
    assert account.state["calls"] == []


@pytest.mark.parametrize("environment", ["production", "production-minimal"])
@pytest.mark.parametrize(
    ("typed", "agreed"), [("", False), ("yes\n", False), ("{}\n", True)], ids=["", "yes", "name"]
)
def test_production_is_touched_only_when_its_name_was_typed(tmp_path, environment, typed, agreed):
    account = Account(tmp_path, environment)

    done = account.make("apply", typed.format(environment), CI="", STACK="network")

    assert (done.returncode == 0) is agreed
    assert account.deeds == (["apply network"] if agreed else [])
    assert "000000000000" in done.stdout


@pytest.mark.parametrize("said", [{"CI": "true"}, {"CI": "", "YES": "1"}])
def test_whoever_says_so_beforehand_is_not_asked(tmp_path, said):
    account = Account(tmp_path, "production")

    assert account.make("apply", STACK="network", **said).returncode == 0

    assert account.deeds == ["apply network"]


# --- apply, where it stops ---------------------------------------------------------------------


def test_the_first_failure_ends_it_and_says_why(tmp_path):
    account = Account(tmp_path)
    del account.state["stacks"]["elearning-staging-storage"]
    account.state["broken"] = ["elearning-staging-storage"]

    done = account.make("apply")

    assert done.returncode != 0
    assert account.deeds == ["apply network", "apply storage"]
    assert "The maximum number of VPCs has been reached." in done.stderr
    assert "delete-stack --stack-name elearning-staging-storage" in done.stderr


def test_before_the_first_release_it_stops_at_the_tasks_and_says_what_is_next(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = []

    done = account.make("apply")

    assert done.returncode == 0
    assert account.deeds == [f"apply {stack}" for stack in ("network", "storage", "data", "access")]
    assert "make -C deploy release ENV=staging TAG=" in done.stdout
    assert "arn:secret" in done.stdout


def test_nothing_is_applied_where_nobody_knows_whether_there_is_a_release(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = None

    done = account.make("apply")

    assert done.returncode != 0
    assert "AccessDenied" in done.stderr
    assert "no release yet" not in done.stdout
    assert account.deeds == [f"apply {stack}" for stack in ("network", "storage", "data", "access")]


def test_cloudfront_is_told_of_the_load_balancer_by_the_operator(tmp_path):
    account = Account(tmp_path, "production-minimal")

    done = account.make("apply", STACK="service")

    assert '"AlbArn": "arn:alb"' in done.stdout
    assert '"AlbDnsName": "alb.example"' in done.stdout
    assert "make -C deploy apply ENV=production-minimal STACK=edge" in done.stdout


def test_a_stack_that_cannot_be_planned_yet_does_not_hide_the_others(tmp_path):
    account = Account(tmp_path)
    account.state["stacks"] = {}
    account.state["unplannable"] = {
        "elearning-staging-data": "No export named elearning-staging-VpcId found.",
        "elearning-staging-task-web": "Unable to fetch parameters [/elearning/staging/release]",
    }

    done = account.make("plan")

    assert done.returncode != 0
    assert "data: takes values from a stack that is not applied yet" in done.stdout
    assert "task-web: there is no release yet" in done.stdout
    assert "not planned: data task-web\n" in done.stderr
    assert len(deployments(account.state["calls"])) == len(stacks_of("staging"))
    assert account.deeds == []
    assert account.state["stacks"] == {}


def test_status_names_what_is_there_and_what_is_not_and_the_last_releases(tmp_path):
    account = Account(tmp_path, "production-minimal")
    del account.state["stacks"]["elearning-production-minimal-ops"]
    account.state["releases"] = ["v1", "v2", "v3", "v4", "v5", "v6"]

    done = account.make("status")

    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["network", "CREATE_COMPLETE"] in lines
    assert [line[1] for line in lines if line[:1] == ["ops"]] == ["—"]
    assert "release: v6" in done.stdout
    assert "v1" not in done.stdout
    assert all(f"v{number}" in done.stdout for number in range(2, 7))
    assert "make -C deploy apply ENV=production-minimal STACK=edge" in done.stdout
    assert account.deeds == []


# --- release -----------------------------------------------------------------------------------

TASKS = ["apply task-command", "apply task-web", "apply task-worker", "apply task-media"]
SERVICES = ["renew web", "renew worker", "renew media"]
LOOK = [f"look at https://staging.juku.example.jp{page}" for page in ("/readyz", "/login/")]


def test_a_release_that_is_well_runs_everywhere(tmp_path):
    account = Account(tmp_path)

    done = account.make("release", TAG="v2")

    assert done.returncode == 0, done.stderr
    assert account.deeds == ["release v2", *TASKS, "migrate", *SERVICES, *LOOK]
    assert set(account.state["services"].values()) == {"v2"}
    [task] = [call for call in account.state["calls"] if call[1:3] == ["ecs", "run-task"]]
    assert "elearning-staging-command" in task
    assert (
        "awsvpcConfiguration="
        "{subnets=[subnet-a,subnet-c],securityGroups=[sg-tasks],assignPublicIp=DISABLED}"
    ) in task
    overrides = json.loads(task[task.index("--overrides") + 1])
    assert overrides == {"containerOverrides": [{"name": "command", "command": ["migrate"]}]}


@pytest.mark.parametrize("image", ["site", "worker", "logs"])
def test_without_all_three_images_nothing_begins(tmp_path, image):
    account = Account(tmp_path)
    account.state["missing_images"] = [[image, "v2"]]

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    assert f"elearning-staging/{image}:v2" in done.stderr
    assert account.deeds == []


@pytest.mark.parametrize("status", [1, 137, None])
def test_where_migrate_fails_no_service_is_touched_and_the_night_runs_the_former_release(
    tmp_path, status
):
    account = Account(tmp_path)
    account.state["migrate"] = status

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    assert account.deeds == ["release v2", *TASKS, "migrate", "release v1", *TASKS]
    assert set(account.state["services"].values()) == {"v1"}
    assert account.state["revisions"]["elearning-staging-command"][-1] == "v1"
    assert "/elearning/staging/errors" in done.stdout


def test_a_release_that_fails_the_smoke_test_is_taken_back_without_migrate(tmp_path):
    account = Account(tmp_path)
    account.state["ill"] = ["v2"]

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    way_out = ["release v2", *TASKS, "migrate", *SERVICES, LOOK[0]]
    assert account.deeds == [*way_out, "release v1", *TASKS, *SERVICES, *LOOK]
    assert set(account.state["services"].values()) == {"v1"}
    assert "Went back to v1." in done.stderr


def test_a_release_that_ecs_went_back_from_is_no_success(tmp_path):
    account = Account(tmp_path)
    account.state["falling"] = ["v2"]

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    assert "ECS went back" in done.stdout
    assert account.deeds[-len(LOOK) - len(SERVICES) :] == [*SERVICES, *LOOK]
    assert account.state["releases"] == ["v1", "v2", "v1"]


def test_a_task_definition_that_is_refused_leaves_the_former_release(tmp_path):
    account = Account(tmp_path)
    account.state["broken"] = ["elearning-staging-task-worker"]

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    assert account.state["releases"][-1] == "v1"
    assert not {"migrate", *SERVICES} & set(account.deeds)


def test_where_even_the_way_back_fails_it_says_so(tmp_path):
    account = Account(tmp_path)
    account.state["ill"] = ["v1", "v2"]

    done = account.make("release", TAG="v2")

    assert done.returncode != 0
    assert "Could not go back entirely" in done.stderr


def test_the_first_release_migrates_and_leaves_the_services_to_apply(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = []
    del account.state["stacks"]["elearning-staging-service"]

    done = account.make("release", TAG="v1")

    assert done.returncode == 0, done.stderr
    assert account.deeds == ["release v1", *TASKS, "migrate"]
    assert "make -C deploy apply ENV=staging" in done.stdout


def test_a_first_release_that_fails_has_nothing_to_go_back_to(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = []
    account.state["cluster"] = False

    done = account.make("release", TAG="v1")

    assert done.returncode != 0
    assert account.deeds == ["release v1", *TASKS, "migrate"]
    assert "There is nothing to go back to" in done.stderr
    assert "ClusterNotFoundException" in done.stderr


def test_out_of_hours_nobody_looks_at_a_closed_site(tmp_path):
    account = Account(tmp_path)
    account.state["desired"] = 0

    done = account.make("release", TAG="v2")

    assert done.returncode == 0, done.stderr
    assert account.deeds == ["release v2", *TASKS, "migrate", *SERVICES]


# --- rollback ----------------------------------------------------------------------------------


def test_rollback_takes_the_former_release_and_leaves_the_tables(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = ["v1", "v2"]

    done = account.make("rollback")

    assert done.returncode == 0, done.stderr
    assert account.deeds == ["release v1", *TASKS, *SERVICES, *LOOK]
    assert set(account.state["services"].values()) == {"v1"}


@pytest.mark.parametrize(
    ("history", "former"),
    [
        (["v1", "v2", "v3", "v2"], "v1"),  # not forth again to v3, which was left
        (["v1", "v2", "v2"], "v1"),
        (["v1", "v2", "v1", "v3"], "v1"),
        (["v1", "v2", "v1"], None),
        (["v1"], None),
    ],
)
def test_the_former_release_is_what_ran_before_this_one_first_did(tmp_path, history, former):
    account = Account(tmp_path)
    account.state["releases"] = list(history)

    done = account.make("rollback")

    assert (done.returncode == 0) is (former is not None)
    assert account.state["releases"][len(history) :] == ([former] if former else [])


def test_rollback_says_where_it_goes_before_it_asks(tmp_path):
    account = Account(tmp_path, "production")
    account.state["releases"] = ["v1", "v2"]

    done = account.make("rollback", typed="\n", CI="")

    assert done.returncode != 0
    assert 0 < done.stdout.index("back to v1") < done.stdout.index("Type the environment's name")
    assert account.deeds == []


def test_rollback_goes_to_the_release_that_is_named(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = ["v1", "v2", "v3"]

    assert account.make("rollback", TO="v1").returncode == 0

    assert account.state["releases"][-1] == "v1"


def test_a_release_whose_images_are_gone_is_not_gone_back_to(tmp_path):
    account = Account(tmp_path)
    account.state["releases"] = ["v1", "v2"]
    account.state["missing_images"] = [["worker", "v1"]]

    assert account.make("rollback").returncode != 0

    assert account.deeds == []


# --- with the CLI and moto's CloudFormation ----------------------------------------------------

on_moto = pytest.mark.skipif(aws_cli.missing() is not None, reason=str(aws_cli.missing()))

# What moto makes of the real templates. Not data (no AWS::RDS::DBCluster), osaka (no backup
# vaults), service (no certificates); of edge, scaling and ops it would leave out nearly all.
SERVED = ("network", "storage", "access", "task-command", "task-web", "task-worker", "cicd")
# What the others would export; moto knows no secrets of CloudFormation's either.
IN_THEIR_PLACE = {
    "DjangoSecretArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:django",
    "OperatorSecretArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:operator",
    "WriterHost": "writer.example",
    "ReaderHost": "reader.example",
    "DatabasePort": "3306",
    "DatabaseResourceId": "cluster-EXAMPLE",
    "DatabaseClusterId": "elearning",
    "DatabaseArn": "arn:aws:rds:ap-northeast-1:123456789012:cluster:elearning",
    "MasterSecretArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:master",
}


class Cloud:
    """moto, and an operator with the AWS CLI in front of it."""

    def __init__(self, moto, folder):
        self.moto = moto
        self.environment = {
            "AWS": f"{aws_cli.aws_cli(folder)} --endpoint-url {moto.url}",
            "AWS_ACCESS_KEY_ID": moto.access_key,
            "AWS_SECRET_ACCESS_KEY": moto.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CI": "true",
            "LANG": "C.UTF-8",
        }

    def operator(self, deploy=DEPLOY):
        return Operator(deploy, **self.environment)

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.moto.url,
            region_name=self.moto.region,
            aws_access_key_id=self.moto.access_key,
            aws_secret_access_key=self.moto.secret_key,
        )

    def stacks(self):
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return {stack["StackName"]: stack for stack in found}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    moto = MotoStacks()
    moto.start()
    yield Cloud(moto, tmp_path_factory.mktemp("cli"))
    moto.stop()


TOPIC = """
Parameters:
  Environment: {Type: String}
  SchoolName: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub "${Environment}-first", DisplayName: !Ref SchoolName}
Outputs:
  Topic: {Value: !GetAtt Topic.TopicName, Export: {Name: !Sub "elearning-${Environment}-Topic"}}
"""
QUEUE = """
Parameters:
  Environment: {Type: String}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Join ["-", [!ImportValue {"Fn::Sub": "elearning-${Environment}-Topic"}, second]]
"""


@pytest.fixture
def small(cloud, tmp_path, request):
    """Two small stacks, the second of which takes a value from the first; an environment's name."""
    environment = f"try{abs(hash(request.node.name)) % 10**8}"
    folder = copy_of_the_tool(tmp_path)
    (folder / "stacks/first.yaml").write_text(TOPIC)
    (folder / "stacks/second.yaml").write_text(QUEUE)
    (folder / "environments" / environment).mkdir()
    (folder / "environments" / environment / "stacks").write_text("first\nsecond\n")
    parameters = {"Environment": environment, "SchoolName": "青葉 進学会", "Other": "of others"}
    (folder / "environments" / environment / "parameters.json").write_text(
        json.dumps({"Parameters": parameters}, ensure_ascii=False, indent=2)
    )
    return cloud.operator(folder), environment


@on_moto
def test_a_plan_shows_what_is_new_and_leaves_no_trace(cloud, small):
    operator, environment = small

    done = operator.make("plan", ENV=environment, STACK="first")

    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if "AWS::SNS::Topic" in line]
    assert [word.strip() for word in line.strip("|").split("|")][:2] == ["Add", "Topic"]
    assert f"elearning-{environment}-first" not in cloud.stacks()
    assert cloud.client("sns").list_topics()["Topics"] == []


@on_moto
def test_stacks_are_applied_one_after_the_other_and_take_only_what_they_ask_for(cloud, small):
    operator, environment = small

    done = operator.make("apply", ENV=environment)

    assert done.returncode == 0, done.stderr
    stack = cloud.stacks()[f"elearning-{environment}-first"]
    assert {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]} == {
        "Environment": environment,
        "SchoolName": "青葉 進学会",
    }
    queues = cloud.client("sqs").list_queues()["QueueUrls"]
    assert f"{environment}-first-second" in [url.rsplit("/", 1)[1] for url in queues]

    again = operator.make("apply", ENV=environment)
    planned = operator.make("plan", ENV=environment)

    for done in (again, planned):
        assert done.returncode == 0, done.stderr
        assert [line for line in done.stdout.splitlines() if "no changes" in line] == [
            "first：変更なし / first: no changes",
            "second：変更なし / second: no changes",
        ]
    for name in ("first", "second"):
        sets = cloud.client("cloudformation").list_change_sets(
            StackName=f"elearning-{environment}-{name}"
        )["Summaries"]
        assert [s["Status"] for s in sets if s["Status"] == "FAILED"] == []


@on_moto
def test_where_the_first_stack_is_missing_the_second_is_refused(cloud, small):
    operator, environment = small

    done = operator.make("apply", ENV=environment, STACK="second")

    assert done.returncode != 0
    assert "No export named" in done.stderr
    assert "second: could not be applied." in done.stderr


@pytest.mark.filterwarnings("ignore:Tried to parse AWS")
@on_moto
def test_the_real_stacks_that_moto_serves_are_applied_in_their_order(cloud):
    operator, environment = cloud.operator(), "production-minimal"
    cloud.client("ssm").put_parameter(
        Name=f"/elearning/{environment}/release", Value="v1", Type="String"
    )
    cloud.client("cloudformation").create_stack(
        StackName="in-their-place",
        TemplateBody=json.dumps(
            {
                "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
                "Outputs": {
                    name: {"Value": value, "Export": {"Name": f"elearning-{environment}-{name}"}}
                    for name, value in IN_THEIR_PLACE.items()
                },
            }
        ),
    )

    done = operator.make("apply", ENV=environment, STACK=" ".join(SERVED))

    assert done.returncode == 0, done.stderr
    made = [line for line in done.stdout.splitlines() if line.endswith(": applied")]
    assert [line.split("：")[0] for line in made] == list(SERVED)
    vpcs = cloud.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])
    subnets = cloud.client("ec2").describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"] for vpc in vpcs["Vpcs"]]}]
    )["Subnets"]
    assert len(subnets) == 9
    families = cloud.client("ecs").list_task_definition_families(
        familyPrefix=f"elearning-{environment}-"
    )["families"]
    assert {name.rsplit("-", 1)[1] for name in families} == {"command", "web", "worker"}
    web = cloud.client("ecs").describe_task_definition(
        taskDefinition=f"elearning-{environment}-web"
    )["taskDefinition"]
    [site] = [c for c in web["containerDefinitions"] if c["name"] == "web"]
    assert site["image"].endswith("/site:v1")
    stack = cloud.stacks()[f"elearning-{environment}-network"]
    assert {tag["Key"]: tag["Value"] for tag in stack["Tags"]} == {
        "Project": "elearning",
        "Environment": environment,
    }


@pytest.mark.filterwarnings("ignore:Tried to parse AWS")
@on_moto
def test_the_real_network_is_planned_without_a_trace(cloud):
    done = cloud.operator().make("plan", ENV="production", STACK="network")

    assert done.returncode == 0, done.stderr
    assert sum("AWS::EC2::Subnet " in line for line in done.stdout.splitlines()) == 9
    assert "elearning-production-network" not in cloud.stacks()
    assert not cloud.client("logs").describe_log_groups(
        logGroupNamePrefix="/elearning/production/flow"
    )["logGroups"]
