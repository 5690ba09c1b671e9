"""The runbooks name what is there, and every command in them is one that would be taken.

The AWS CLI itself judges each `aws` command, up to the moment when it would call AWS: names and
values of options, and what --query asks of the answer. Without .venv-deploy that is skipped.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from deploy.templates.resolving import load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGES = {page.name: page.read_text() for page in sorted((DEPLOY / "runbooks").glob("*.md"))}
RUNBOOKS = {
    "first-deployment.md",
    "release.md",
    "rollback.md",
    "database-failover.md",
    "region-loss.md",
    "restore.md",
    "key-rotation.md",
    "incident.md",
    "monthly-maintenance.md",
}
ENVIRONMENTS = sorted(place.name for place in (DEPLOY / "environments").iterdir())
STACKS = {
    name: (DEPLOY / "environments" / name / "stacks").read_text().split() for name in ENVIRONMENTS
}
PATHS = [
    path for folder in ("stacks", "tasks") for path in sorted((DEPLOY / folder).glob("*.yaml"))
]
TEMPLATES = {path.stem: path.read_text() for path in PATHS}
PARSED = {path.stem: load(path) for path in PATHS}
ALL_TEMPLATES = "\n".join(TEMPLATES.values())
CLI_PYTHON = ROOT / ".venv-deploy/bin/python"
LINT = Path(sys.executable).with_name("cfn-lint")
LANGUAGES = (("日本語", r"[ぁ-ん]{2}"), ("English", r"(?m)^> .*[a-z]{3}"))

# What stands in the place of each variable; one that is not here is nothing a runbook sets.
SAMPLES = {
    "ACCOUNT": "123456789012",
    "AWS_REGION": "ap-northeast-1",
    "BEFORE": "11111111-2222-3333-4444-555555555555",
    "BUCKET": "elearning-production-material-123456789012",
    "CERTIFICATE": "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222",
    "CLUSTER_ID": "elearning-production",
    "DATABASE": "elearning_production",
    "DATABASE_ARN": "arn:aws:rds:ap-northeast-1:123456789012:cluster:elearning-production",
    "DATABASE_GROUP": "sg-0123456789abcdef0",
    "DATABASE_VPC": "vpc-0123456789abcdef0",
    "DEPLOYMENT": "arn:aws:ecs:ap-northeast-1:123456789012:service-deployment/x/web/y",
    "DOMAIN": "juku.example.jp",
    "ENGINE": "aurora-mysql",
    "ENV": "production",
    "ENVIRONMENT": "production",
    "EXTRA": "[]",
    "FIRST": "first-password",
    "FORMER": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
    "GROUP": "elearning-production",
    "HEALTH_TOKEN": "0123456789abcdef",
    "HOST": "elearning-production-osaka.cluster-x.ap-northeast-3.rds.amazonaws.com",
    "IMAGE": "site",
    "KEY": "verified/1234",
    "MAIL_PASSWORD": "word",
    "MARKER": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
    "MASTER": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!cluster-x",
    "MOMENT": "2026-11-20T09:15:00Z",
    "NOW": "11111111-2222-3333-4444-555555555555",
    "NUMBER": "1",
    "ONCE": "arn:aws:ecs:ap-northeast-1:123456789012:task/elearning-production/0123",
    "OSAKA_GROUP": "sg-0123456789abcdef0",
    "OSAKA_PARAMETERS": "elearning-production-osaka",
    "OSAKA_KEY": "arn:aws:kms:ap-northeast-3:123456789012:key/1",
    # Escaped, for it stands between double quotes.
    "OVERRIDES": r"{\"containerOverrides\": [{\"name\": \"command\", \"command\": [\"migrate\"]}]}",
    "PASSWORD": "word",
    "PATH": "/usr/bin",
    "PEERING": "pcx-0123456789abcdef0",
    "PORT": "3306",
    "QUESTION": "11111111-2222-3333-4444-555555555555",
    "READER": "elearning-production-2",
    "REGION": "us-east-1",
    "REGISTRY": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/elearning-production",
    "RESOURCE": "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "RESTORED": "elearning-production-restored",
    "RESTORED_HOST": "elearning-production-restored.cluster-x.ap-northeast-1.rds.amazonaws.com",
    "ROLE": "web",
    "RUNS": "8.0.mysql_aurora.3.10.1",
    "SERVICE": "web",
    "SNAPSHOT": "arn:aws:rds:ap-northeast-1:123456789012:cluster-snapshot:awsbackup:job-1",
    "SOURCE": "https://github.com/example-juku/elearning",
    "SQL": "SELECT 1",
    "STACK": "network",
    "TABLE": "rtb-0123456789abcdef0",
    "TAG": "v0.2.0",
    "TASK": "web",
    "TASKS": "arn:aws:ecs:ap-northeast-1:123456789012:task/elearning-production/0123",
    "TASK_VPC": "vpc-0123456789abcdef0",
    "TOKEN": "abcdefghijklmnop",
    "VERSION": "8.0.mysql_aurora.3.10.1",
    "VIEW": "11111111-2222-3333-4444-555555555555",
    "ZONE": "Z0000000EXAMPLE",
}
# Set once, in what README.md makes everybody put into the terminal, or in the first of incident.md.
ALWAYS_SET = {"ENV", "AWS_REGION", "AWS_PAGER", "ACCOUNT", "PATH"}
SET_ELSEWHERE = {"database-failover.md": {"HEALTH_TOKEN", "DOMAIN"}, "key-rotation.md": {"DOMAIN"}}
# Words of AWS that look like ours.
NOT_OURS = {
    "AccessDenied", "AccessDeniedException", "CannotPullContainerError",
    "DBClusterAlreadyExistsFault", "DBClusterNotFoundFault", "DBInstanceAlreadyExists",
    "DatabaseConnections", "DatabaseResumingException", "GetSecretValue", "GitHub", "HttpEndpoint",
    "IntegrityError", "InvalidGlobalClusterStateFault", "InvalidRestoreFault",
    "LimitExceededException", "NoSuchBucket", "OutOfMemory", "PendingConfirmation",
    "PendingDeletion", "ProductionAccessEnabled", "RouteAlreadyExists", "CloudFront",
    "ResourceNotFoundException", "ResourceStatusReason", "ScalableTargetARN",
    "TargetNotConnectedException", "VerifiedForSendingStatus", "AddressLimitExceeded",
    "AccessKeyId", "MasterUserSecret",
}  # fmt: skip


def blocks(text):
    return re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def shell(text):
    """The commands of a page, without what is written into files and without comments."""
    script = "\n".join(blocks(text))
    script = re.sub(r"<<'EOF'\n.*?^EOF$", "", script, flags=re.DOTALL | re.MULTILINE)
    return script.replace("\\\n", " ")


def sampled(text):
    def sample(match):
        variable = match[1] or match[2]
        if variable.isdigit():
            return "WriterHost"  # an argument of our own functions
        return SAMPLES[variable]

    text = re.sub(r"\$\{([A-Za-z_0-9]+)(?:##[^}]*)?\}|\$([A-Za-z_0-9]+)", sample, text)
    return text


def inner(text):
    """The text with each $(…) replaced, and what stood in them, innermost first."""
    found = []
    text = re.sub(r"\$\(\( \(\$\(date \+%s\) - \d+\) \* 1000 \)\)", "1700000000000", text)
    while match := re.search(r"\$\(((?:[^()'\"]|'[^']*'|\"[^\"$]*\")*)\)", text):
        found.append(match[1])
        word = match[1].split()[-1] if match[1].strip() else ""
        value = {
            "TaskSubnets": "subnet-0123456789abcdef0",
            "TaskSecurityGroup": "sg-0123456789abcdef0",
            "DatabaseSecurityGroup": "sg-0123456789abcdef0",
            "AssignPublicIp": "DISABLED",
            "DatabaseArn": SAMPLES["DATABASE_ARN"],
            "DatabasePort": "3306",
            "DatabaseClusterId": "elearning-production",
            "VpcId": "vpc-0123456789abcdef0",
        }.get(word, "0123456789")
        text = text[: match.start()] + value + text[match.end() :]
    return text, found


def split(text):
    """The simple commands of a script, as words."""
    text = "\n".join(
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    )
    lexer = shlex.shlex(text, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    lexer.commenters = ""
    words, redirected = [], False
    for token in lexer:
        if set(token) <= set("<>"):
            redirected = True
        elif set(token) <= set("();|&\n"):
            redirected = False
            if words:
                yield words
            words = []
        elif redirected:
            redirected = False
        else:
            words.append(token)
    if words:
        yield words


OPENERS = {"do", "then", "else", "{", "}", "!", "export", "done", "fi"}


def commands(name):
    """Every simple command of a page as its words, those inside $(…) too."""
    text, inside = inner(sampled(shell(PAGES[name])))
    for script in [text, *inside]:
        for words in split(script):
            while words and (words[0] in OPENERS or re.fullmatch(r"[A-Z_]+=.*", words[0], re.S)):
                words = words[1:]
            if words:
                yield words


def all_commands():
    return [(name, words) for name in PAGES for words in commands(name)]


def anchor(heading):
    """As GitHub makes it of a heading."""
    heading = re.sub(r"`|\*\*", "", heading.strip()).lower()
    kept = [
        letter for letter in heading if letter in "-_ " or unicodedata.category(letter)[0] in "LNM"
    ]
    return "".join(kept).replace(" ", "-")


def anchors(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def names_in_templates():
    """What comes after elearning-<environment> and a dash or slash in any name."""
    return set(re.findall(r"elearning[-/]\$\{Environment\}[-/]([a-z0-9-]+[a-z0-9])", ALL_TEMPLATES))


# --- What there is ---------------------------------------------------------------------------


def test_the_runbooks():
    assert set(PAGES) == RUNBOOKS | {"README.md"}
    for runbook in RUNBOOKS:
        assert f"({runbook})" in PAGES["README.md"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "pattern"), LANGUAGES)
def test_every_section_says_it_in_both_languages(name, language, pattern):
    for section in re.split(r"^#{1,4} ", PAGES[name], flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        prose = re.sub(r"```.*?```", "", body, flags=re.DOTALL).strip()
        if not prose:
            continue
        table = any(
            re.search(r"\|.*[ぁ-ん].* / .*[a-z]", line) for line in prose.splitlines()
        )  # a table says both in one cell
        assert table or re.search(pattern, prose), f"{heading}: no {language}"


@pytest.mark.parametrize("page", [*PAGES, "../README.md", "../logs/README.md"])
def test_every_link_leads_somewhere(page):
    here = DEPLOY / "runbooks" / page
    text = re.sub(r"^```.*?^```", "", here.read_text(), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, fragment = target.partition("#")
        there = (here.parent / path).resolve() if path else here.resolve()
        assert there.exists(), target
        if fragment:
            assert fragment in anchors(there), target


# --- Commands of ours -----------------------------------------------------------------------


def test_make_is_given_targets_and_environments_that_there_are():
    makefile = (DEPLOY / "Makefile").read_text()
    targets = {
        target
        for line in re.findall(r"^([a-z ]+):", makefile, re.MULTILINE)
        for target in line.split()
    }
    known = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    every = {stack for stacks in STACKS.values() for stack in stacks}
    ran = [words for _, words in all_commands() if words[:3] == ["make", "-C", "deploy"]]
    assert len(ran) > 20
    for words in ran:
        target, settings = words[3], dict(word.split("=", 1) for word in words[4:])
        assert target in targets, words
        assert settings["ENV"] in ENVIRONMENTS, words
        assert set(settings) <= known, words
        assert set(settings.get("STACK", "").split()) <= every, words
        assert target not in ("release",) or settings["TAG"], words
    asked = {words[3] for words in ran}
    assert {"plan", "apply", "status", "release", "rollback"} <= asked


def test_manage_is_given_commands_that_there_are():
    ours = {
        path.stem for path in ROOT.glob("*/**/management/commands/*.py") if "venv" not in str(path)
    }
    django = {"shell", "createsuperuser"}
    used = set()
    for _, words in all_commands():
        if words[:2] == ["once", "manage"] or (
            words[0].endswith("python") and words[1:2] == ["manage.py"]
        ):
            used.add(words[2])
    assert {"logs", "connections", "check_materials"} <= used
    assert used <= ours | django


@pytest.mark.parametrize("name", PAGES)
def test_the_shell_can_read_it(name):
    for block in blocks(PAGES[name]):
        done = subprocess.run(
            ["bash", "-n"],
            input=block,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, block


def test_scripts_are_there():
    for name, words in all_commands():
        if words[0].startswith("scripts/"):
            assert os.access(ROOT / words[0], os.X_OK), (name, words)
    for _, words in all_commands():
        if words[0] == "make" and words[1] != "-C":
            assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_a_variable_is_set_before_it_is_used(name):
    known = ALWAYS_SET | SET_ELSEWHERE.get(name, set())
    for line in shell(PAGES[name]).splitlines():
        known |= set(re.findall(r"\bfor ([A-Z]+) in\b", line))
        if name == "README.md" and "()" in line:
            known |= {"ONCE", "OVERRIDES"}
        for variable in re.findall(r"\$\{?([A-Z][A-Z_0-9]*)(?!:-)\b", line):
            own = rf"(^|[ ;]){variable}="
            assert variable in known or re.search(own, line), f"{variable}: {line}"
        known |= set(re.findall(r"(?:^|[ ;])([A-Z][A-Z_0-9]*)=", line))
        if match := re.search(r"\bread (?:-\S+ )*(?:'[^']*' )?([A-Z_ ]+)", line):
            known |= set(match[1].split())


# --- Names of the templates -----------------------------------------------------------------


def test_stacks_are_named_in_the_order_in_which_they_are_applied():
    table = re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", PAGES["first-deployment.md"], re.MULTILINE)
    assert [name for _, name in table] == STACKS["production"]
    assert [int(number) for number, _ in table] == list(range(1, len(table) + 1))
    for stacks in STACKS.values():
        assert stacks == [stack for stack in STACKS["production"] if stack in stacks]


def alarms():
    return set(
        re.findall(r'AlarmName: !Sub "elearning-\$\{Environment\}-([a-z0-9-]+)"', ALL_TEMPLATES)
    )


def rules():
    return {
        resource["Properties"]["Name"]["Fn::Sub"].removeprefix("elearning-${Environment}-")
        for resource in PARSED["ops"]["Resources"].values()
        if resource["Type"] == "AWS::Events::Rule"
    }


def test_every_alarm_has_its_place_in_the_incident_runbook():
    page = PAGES["incident.md"]
    assert len(alarms()) > 20
    told = set(re.findall(r"`([a-z0-9-]+)`", page.split("## アラームごとに", 1)[1]))
    assert alarms() <= told
    assert rules() <= told
    headings = re.findall(r"^### (`.*)$", page, re.MULTILINE)
    named = {name for heading in headings for name in re.findall(r"`([a-z0-9-]+)`", heading)}
    assert named <= alarms(), "an alarm that is not there any more"
    events = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)
    assert set(events) == rules()


def test_what_value_asks_for_is_exported():
    exports = set(
        re.findall(
            r"Export: \{Name: !Sub \"?elearning-\$\{Environment\}-([A-Za-z]+)", ALL_TEMPLATES
        )
    )
    asked = {
        words[1]
        for name in PAGES
        for words in commands(name)
        if words[0] == "value" and len(words) == 2
    }
    assert {"TaskSubnets", "DatabaseArn", "BuildRoleArn"} <= asked
    assert asked <= exports


@pytest.mark.parametrize("name", PAGES)
def test_parameters_and_resources_are_those_of_the_templates(name):
    ours = {"Environment"}
    for template in PARSED.values():
        for part in ("Parameters", "Resources", "Outputs", "Mappings"):
            ours |= set(template.get(part, {}))
        for table in template.get("Mappings", {}).values():
            for row in table.values():
                ours |= set(row)
    text = re.sub(r"^```.*?^```", "", PAGES[name], flags=re.DOTALL | re.MULTILINE)
    for word in re.findall(r"`([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)`", text):
        assert word in ours | NOT_OURS, word


@pytest.mark.parametrize("name", PAGES)
def test_environment_variables_are_documented(name):
    table = (ROOT / "docs/configuration.md").read_text()
    secrets = set(re.findall(r":([A-Z_]+)::", ALL_TEMPLATES))
    assert {"SECRET_KEY", "HEALTH_TOKEN"} <= secrets
    status = re.compile(r"[A-Z_]+_(COMPLETE|FAILED|PROGRESS|VALIDATION|OPENED)")
    text = re.sub(r"^```.*?^```", "", PAGES[name], flags=re.DOTALL | re.MULTILINE)
    for word in re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", text):
        known = (
            f"| `{word}` |" in table or word in secrets or status.fullmatch(word) or word in SAMPLES
        )
        assert known or word in {
            "AWS_ROLE",
            "RELEASE_ENVIRONMENT",
            "AWS_PROFILE",
            "NO_THREATS_FOUND",
        }, word


def test_the_operators_secret_is_written_with_the_keys_that_tasks_read():
    template = PARSED["access"]["Resources"]["OperatorSecret"]["Properties"]
    keys = set(json.loads(template["SecretString"]))
    for name in ("first-deployment.md", "region-loss.md"):
        written = re.search(r"json\.dumps\(\{(\"HEALTH_TOKEN\".*?)\}\)\)'", PAGES[name])[1]
        assert set(re.findall(r"\"([A-Z_]+)\":", written)) == keys


@pytest.mark.parametrize("name", PAGES)
def test_log_groups_secrets_and_parameters_are_those_of_the_templates(name):
    groups = set(
        re.findall(
            r'LogGroupName: !Sub "/elearning/\$\{Environment\}/([a-z]+)"', TEMPLATES["access"]
        )
    )
    assert groups == {"errors", "metrics", "foreign", "router"}
    for group in re.findall(r"--log-group-name /elearning/\$ENV/(\S+)", PAGES[name]):
        assert group in groups
    for parameter in re.findall(
        r"get-parameter(?:-history)?[^\n]*--name /elearning/\$ENV/(\S+)", PAGES[name]
    ):
        assert parameter in {"release", "material-key-id"}
    for secret in re.findall(r"--secret-id elearning/\$ENV/(\S+)", PAGES[name]):
        assert secret in {"django", "operator"}


# What runbooks themselves make, on the day.
MADE_BY_HAND = {
    "first", "osaka", "osaka-1", "osaka-2", "standin", "restored", "before", "before-1", "before-2",
    "before-final", "osaka-before", "by-hand-20270301", "return", "drill", "1", "2",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_names_of_resources_are_those_of_the_templates(name):
    stacks = {stack for stacks in STACKS.values() for stack in stacks}
    families = {f"task-{task}" for task in ("web", "worker", "media", "command")}
    known = names_in_templates() | stacks | families | MADE_BY_HAND
    for found in re.findall(r"elearning[-/]\$ENV[-/]([a-z0-9-]+[a-z0-9]|[a-z0-9])", PAGES[name]):
        assert found in known, found


# --- Osaka ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def osaka(tmp_path_factory):
    """What region-loss.md makes of the templates, by its own commands."""
    place = tmp_path_factory.mktemp("region-loss")
    shutil.copytree(DEPLOY, place / "deploy")
    script = "".join(
        block
        for block in blocks(PAGES["region-loss.md"])
        if "mkdir -p osaka" in block or "<<'EOF'" in block
    )
    environment = {"PATH": os.environ["PATH"], "ENV": "production"}
    subprocess.run(
        ["sh", "-euc", script], cwd=place, env=environment, check=True, capture_output=True
    )
    return place / "osaka"


def test_what_osaka_imports_is_exported_there(osaka):
    exported, imported = set(), set()
    for path in osaka.glob("*.yaml"):
        text = path.read_text()
        exports = set(
            re.findall(r"Export: \{Name: !Sub \"?elearning-\$\{Environment\}-([A-Za-z]+)", text)
        )
        exported |= exports
        for line in text.splitlines():
            if "Import" in line or "Cluster: {" in line or re.match(r"\s+Fn::ImportValue", line):
                imported |= set(re.findall(r"elearning-\$\{Environment\}-([A-Z][A-Za-z]+)", line))
        imported |= set(
            re.findall(r"ImportValue:?\s+!Sub \"?elearning-\$\{Environment\}-([A-Za-z]+)", text)
        )
    # By a parameter that Osaka's sets otherwise.
    optional = {"ReaderHost", "MaterialKeyArn", "TargetGroupGreenFullName", "DatabaseClusterId"}
    assert {"VpcId", "MaterialBucket", "ExecutionRoleArn"} <= imported
    assert imported - optional <= exported


def test_osaka_differs_where_it_must(osaka):
    network, access = (osaka / "network.yaml").read_text(), (osaka / "access.yaml").read_text()
    assert set(re.findall(r"AWS::Region\}([a-z])\"", network)) == {"a", "b", "c"}
    roles = re.findall(r"RoleName: !Sub \"(.*)\"", access)
    assert roles
    assert all(role.startswith("elearning-osaka-") for role in roles)
    kept = json.loads((osaka / "parameters.json").read_text())["Parameters"]
    ours = json.loads((DEPLOY / "environments/production/parameters.json").read_text())[
        "Parameters"
    ]
    assert set(kept) == set(ours)


def test_osaka_passes_the_linter(osaka):
    templates = sorted(str(path) for path in osaka.glob("*.yaml"))
    assert len(templates) == 9
    done = subprocess.run(
        [LINT, "-r", "ap-northeast-3", "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# --- Commands of AWS ------------------------------------------------------------------------

# Run by the CLI's own Python. Where it would call AWS, what it would send is held against the
# service's model, and so are the names that --query asks for.
JUDGE = """
import contextlib, io, json, os, sys
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x",
    AWS_DEFAULT_REGION="ap-northeast-1", AWS_EC2_METADATA_DISABLED="true")
import jmespath
from awscli.clidriver import CLIOperationCaller, create_clidriver
from awscli.customizations.commands import BasicCommand
from awscli.customizations.waiters import WaiterCaller
from botocore.validate import ParamValidator

def members(shape, seen):
    if shape is None or shape.name in seen:
        return set()
    seen.add(shape.name)
    if shape.type_name == "structure":
        inner = shape.members.values()
        return set(shape.members).union(*(members(each, seen) for each in inner))
    if shape.type_name == "list":
        return members(shape.member, seen)
    return members(shape.value, seen) if shape.type_name == "map" else set()

def fields(node):
    if not isinstance(node, dict):  # the bounds of a slice
        return set()
    own = {node["value"]} if node["type"] == "field" else set()
    return own.union(*map(fields, node["children"]))

def invoke(self, service, operation, parameters, given):
    model = self._session.get_service_model(service).operation_model(operation)
    parameters = {name: each for name, each in parameters.items() if name != "PaginationConfig"}
    if model.input_shape:
        report = ParamValidator().validate(parameters, model.input_shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
    if given.query:
        asked = fields(getattr(given.query, "parsed", None) or jmespath.compile(given.query).parsed)
        # Keys of maps and of policies, which no model names.
        free = {"Aurora", "Resource", "Statement", "UnblendedCost"}
        unknown = asked - members(model.output_shape, set()) - free
        if unknown:
            raise ValueError(f"--query asks for what is not answered: {unknown}")
    return 0

def every(kind):
    for each in kind.__subclasses__():
        yield each
        yield from every(each)

CLIOperationCaller.invoke = WaiterCaller.invoke = invoke
driver = create_clidriver()
for kind in every(BasicCommand):  # s3 sync, cloudformation deploy: made of several calls
    if "_run_main" in vars(kind):
        kind._run_main = lambda self, args, given: 0

def judge(words):
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            status = driver.main(words)
        except SystemExit as error:
            status = error.code
    return said.getvalue().strip()[-400:] or "refused" if status else ""

json.dump([judge(words) for words in json.load(sys.stdin)], sys.stdout)
"""


def aws_commands():
    seen, found = set(), []
    for name, words in all_commands():
        if words[0] == "aws" and tuple(words) not in seen and words[1] != "sso":
            seen.add(tuple(words))
            found.append((name, words[1:]))
    return found


@pytest.mark.skipif(
    not CLI_PYTHON.exists(), reason="no AWS CLI: scripts/environment.sh deploy makes .venv-deploy"
)
def test_the_aws_cli_takes_every_command(tmp_path):
    found = aws_commands()
    assert len(found) > 100
    for _, words in found:
        for path in re.findall(r"file://(\S+)", " ".join(words)):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("{}")
    script = tmp_path / "judge.py"
    script.write_text(JUDGE)
    done = subprocess.run(
        [CLI_PYTHON, script],
        input=json.dumps([words for _, words in found]),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    refused = [
        f"{name}: aws {shlex.join(words)}\n    {why}"
        for (name, words), why in zip(found, json.loads(done.stdout), strict=True)
        if why
    ]
    assert not refused, "\n" + "\n".join(refused)


@pytest.mark.skipif(not CLI_PYTHON.exists(), reason="no AWS CLI, as above")
def test_the_judge_sees_what_is_wrong(tmp_path):
    wrong = [
        ["rds", "failover-db-cluster", "--db-cluster-identifire", "x"],
        ["rds", "fail-over", "--db-cluster-identifier", "x"],
        ["ecs", "update-service", "--cluster", "x", "--service", "y", "--desired-count", "many"],
        ["s3", "sync", "a", "s3://b", "--dry-run"],
        ["secretsmanager", "put-secret-value"],
        ["ecs", "describe-services", "--services", "web", "--query", "services[.name"],
        ["ecs", "describe-services", "--services", "web", "--query", "services[].nome"],
        ["cloudformation", "deploy", "--stack-name", "x", "--templat-file", "y"],
    ]
    script = tmp_path / "judge.py"
    script.write_text(JUDGE)
    done = subprocess.run(
        [CLI_PYTHON, script],
        input=json.dumps(wrong),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(json.loads(done.stdout)), done.stdout
