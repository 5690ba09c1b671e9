"""The design document and its pictures agree with the templates, and fail when they do not."""

import copy
import re
from xml.etree import ElementTree

import pytest

from deploy.design.built import NAMES, design, templates
from deploy.design.document import BLOCKS, CONTENTS, DOCUMENT, PICTURES, anchor, filled, names
from deploy.design.drawing import Box, Picture, crossings, overlaps
from deploy.design.page import page, pictures
from deploy.design.picture import picture

AGAIN = "run `make design`"


@pytest.fixture(scope="module")
def written():
    return templates()


@pytest.fixture(scope="module")
def made(written):
    return design(written)


@pytest.fixture(scope="module")
def document():
    return DOCUMENT.read_text()


def test_the_document_agrees_with_the_templates(document, made):
    assert filled(document, made) == document, AGAIN


@pytest.mark.parametrize("environment", PICTURES)
def test_a_picture_agrees_with_the_templates(environment, made):
    drawn = picture(made.environments[environment]).svg()
    assert drawn == PICTURES[environment].read_text(), AGAIN


def test_every_block_stands_in_the_document_once(document):
    assert sorted(names(document)) == sorted([*BLOCKS, CONTENTS])


def test_each_chapter_of_such_a_document_is_there(document):
    chapters = re.findall(r"^## (\d+)\. (.+)$", document, re.MULTILINE)
    assert [int(number) for number, _ in chapters] == list(range(1, 17))
    assert {title for _, title in chapters} >= {
        "構成図",
        "ネットワーク",
        "サブネット一覧",
        "セキュリティグループ",
        "データベース",
        "ストレージとライフサイクル",
        "CDN・WAF",
        "可用性・DR",
        "バックアップ",
        "監視",
        "コスト",
        "変更履歴",
    }


def test_links_lead_somewhere(document):
    headings = {anchor(each) for each in re.findall(r"^#+ (.+)$", document, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", document):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (DOCUMENT.parent / target).is_file(), target


def set_property(stack, name, key, value):
    def change(written):
        written[stack]["Resources"][name]["Properties"][key] = value

    return change


def remove(stack, name):
    def change(written):
        del written[stack]["Resources"][name]

    return change


def open_ssh(written):
    group = written["network"]["Resources"]["TaskSecurityGroup"]["Properties"]
    group["SecurityGroupIngress"] = [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    ]


def evening(written):
    written["scaling"]["Mappings"]["Web"]["production"]["Evening"] = 7


def database_parameter(written):
    group = written["data"]["Resources"]["MysqlParameters"]["Properties"]["Parameters"]
    group["long_query_time"] = "5"


def lifecycle(written):
    bucket = written["storage"]["Resources"]["LogBucket"]["Properties"]
    bucket["LifecycleConfiguration"]["Rules"][1]["ExpirationInDays"] = 31


def rate(written):
    rules = written["edge"]["Resources"]["WebAcl"]["Properties"]["Rules"]
    rules[0]["Statement"]["RateBasedStatement"]["Limit"] = 2000


def meaning(written):
    for template in written.values():
        if "WebCpu" in template["Parameters"]:
            template["Parameters"]["WebCpu"]["Description"] = "別の意味 / Another meaning"


def wider_role(written):
    policy = written["access"]["Resources"]["ExecutionRole"]["Properties"]["Policies"][0]
    policy["PolicyDocument"]["Statement"].append(
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    )


def plain_bucket(written):
    del written["storage"]["Resources"]["BackupBucketPolicy"]


CHANGES = {
    "subnets": set_property("network", "PrivateSubnetA", "CidrBlock", "10.0.64.0/20"),
    "vpc": remove("network", "NatD"),
    "security-groups": open_ssh,
    "load-balancer": set_property("service", "TargetGroup", "HealthCheckPath", "/"),
    "tasks": set_property("task-web", "Definition", "Cpu", "4096"),
    "schedule": evening,
    "database": set_property("data", "Writer", "AvailabilityZone", "ap-northeast-1d"),
    "database-parameters": database_parameter,
    "buckets": plain_bucket,
    "lifecycle": lifecycle,
    "waf": rate,
    "faults": remove("data", "ReaderC"),
    "objectives": remove("osaka-database", "Cluster"),
    "backups": remove("data", "BackupPlan"),
    "alarms": set_property("ops", "WebCpu", "Threshold", 99),
    "log-groups": set_property("access", "ErrorsLog", "RetentionInDays", 1),
    "roles": wider_role,
    "secrets": remove("access", "OperatorSecret"),
    "parameters": meaning,
}


@pytest.mark.parametrize("block", CHANGES)
def test_a_changed_template_is_noticed(block, written, document):
    """As whoever forgets `make design` would find."""
    changed = copy.deepcopy(written)
    CHANGES[block](changed)
    there = re.search(f"<!-- generated: {block} -->\n(.*?)\n<!-- end -->", document, re.DOTALL)
    assert BLOCKS[block](design(changed)) != there[1]


def test_a_group_that_limits_nothing_is_shown_open(written, made):
    default = "AWS の既定の規則"
    assert default not in BLOCKS["security-groups"](made)
    changed = copy.deepcopy(written)
    remove("network", "AlbToTasks")(changed)
    assert default in BLOCKS["security-groups"](design(changed))


@pytest.mark.parametrize(
    ("stack", "name", "card"),
    [
        ("network", "NatC", "NAT ゲートウェイ c"),
        ("edge", "WebAcl", "WAF"),
        ("data", "ReaderC", "リーダー（c）"),
        ("storage", "ScanPlan", "GuardDuty"),
        ("service", "Nightly", "EventBridge"),
        ("service", "Media", "media"),
        ("osaka", "Vault", "保管庫"),
        ("osaka-database", "Cluster", "Aurora（Global Database）"),
        ("cicd", "DeployRole", "GitHub Actions"),
    ],
)
def test_a_card_stands_for_a_resource(written, made, stack, name, card):
    changed = copy.deepcopy(written)
    del changed[stack]["Resources"][name]

    def cards(from_design):
        boxes = picture(from_design.environments["production"]).boxes
        return [each for each in boxes if each.startswith(card)]

    assert cards(made)
    assert not cards(design(changed))


@pytest.mark.parametrize("environment", NAMES)
def test_nothing_lies_on_another_thing(environment, made):
    drawn = picture(made.environments[environment])
    assert crossings(drawn) == []
    assert overlaps(drawn) == []
    assert all(box.x >= 0 and box.right <= drawn.width for box in drawn.boxes.values())
    assert all(box.bottom <= drawn.height for box in drawn.boxes.values())


def test_what_lies_on_another_thing_is_found():
    drawn = Picture(100, "", "")
    drawn.card(Box(10, 10, 20, 20), "one")
    drawn.card(Box(20, 20, 20, 20), "two")
    drawn.arrow([(0, 15), (100, 15)])
    assert overlaps(drawn) == ["one lies on two"]
    assert crossings(drawn) == ["An arrow from (0, 15) runs through one"]


@pytest.mark.parametrize("path", PICTURES.values(), ids=lambda path: path.stem)
def test_a_picture_says_what_it_shows(path):
    root = ElementTree.fromstring(path.read_text())  # noqa: S314 - our own file
    svg = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{svg}title")
    assert root.findtext(f"{svg}desc")


def test_the_page_holds_tables_and_pictures(document):
    made = page(document, pictures())
    assert made.count("<svg") == len(PICTURES)
    assert made.count("<section") == 18  # the cover, the contents, sixteen chapters
    assert "| ---" not in made
    identifiers = re.findall(r'\bid="([^"]+)"', made)
    assert len(identifiers) == len(set(identifiers))
