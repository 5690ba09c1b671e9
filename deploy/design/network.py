"""Sections 3 to 5: network, subnets, security groups."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.wording import ENVIRONMENT_COLUMNS, NONE, code, japanese, name_of, short, table

SUBNETS = {"Public": "公開", "Private": "プライベート", "Isolated": "隔離"}
GROUPS = {
    "AlbSecurityGroup": "ALB",
    "TaskSecurityGroup": "タスク",
    "DatabaseSecurityGroup": "データベース",
    "EndpointSecurityGroup": "VPC エンドポイント",
    "InstanceSecurityGroup": "EC2 インスタンス",
    "SecurityGroup": "大阪のデータベース",
}
REASONS = {
    "pages": "ページの閲覧",
    "redirected to https": "HTTPS への転送のみ",
    "CloudFront alone": "CloudFront からの要求のみ",
    "pages and /readyz": "ページの要求と `/readyz` の確認",
    "the load balancer alone": "ALB からの要求のみ",
    "AWS": "AWS の API（TLS）",
    "mail with STARTTLS": "メール送信（STARTTLS）",
    "Aurora MySQL": "データベースへの接続（MySQL）",
    "Aurora PostgreSQL": "データベースへの接続（PostgreSQL）",
    "tasks alone (MySQL)": "タスクからの接続のみ（MySQL）",
    "tasks alone (PostgreSQL)": "タスクからの接続のみ（PostgreSQL）",
    "nowhere": "外向きの通信を認めない",
    "inside the VPC only": "VPC 内のみ",
    "tasks ask AWS": "タスクから AWS の API",
}


def subnet_kind(name: str) -> str:
    """公開, プライベート or 隔離, by the subnet's name in the template."""
    return next((text for key, text in SUBNETS.items() if name.startswith(key)), "隔離")


def kind_of_list(value: Any) -> str:
    """The kind of the subnets that an output lists."""
    return subnet_kind(name_of(value))


def zone(built: Built, subnet: str) -> str:
    properties = built.find("network", subnet) or {}
    return str(properties.get("AvailabilityZone", ""))[-1:]


def nat_zones(built: Built) -> list[str]:
    """The zones that have a NAT gateway of their own: ["a", "c", "d"]."""
    return [
        zone(built, name_of(properties["SubnetId"]))
        for _, properties in built.of("AWS::EC2::NatGateway")
    ]


def stacks(design: Design) -> str:
    names = sorted(design.templates, key=lambda name: name.startswith("task-"))
    rows = [
        [
            code(name),
            region(name),
            japanese(design.templates[name]["Description"]).split("：")[-1],
            *design.across(lambda built, name=name: "○" if name in built.stacks else NONE),
        ]
        for name in names
    ]
    return table(["スタック", "リージョン", "内容", *ENVIRONMENT_COLUMNS], rows)


def region(stack: str) -> str:
    if stack == "edge":
        return "us-east-1"
    return "大阪" if stack.startswith("osaka") else "東京"


def vpc(design: Design) -> str:
    def gateways(built: Built) -> str:
        zones = nat_zones(built)
        return f"{len(zones)}（{'・'.join(zones)}）" if zones else "なし"

    def zones(built: Built) -> str:
        found = {p["AvailabilityZone"][-1] for place, p in _subnets(built) if "Osaka" not in place}
        return "・".join(sorted(found))

    def endpoints(kind: str) -> Any:
        def count(built: Built) -> str:
            found = [p["VpcEndpointType"] for _, p in built.of("AWS::EC2::VPCEndpoint")]
            return str(found.count(kind) or "なし")

        return count

    def flow(built: Built) -> str:
        log = built.find("network", "FlowLog")
        group = built.find("network", "FlowLogGroup")
        if not log or not group:
            return "なし"
        kind = {"REJECT": "拒否のみ", "ALL": "すべて"}.get(log["TrafficType"], log["TrafficType"])
        return f"{kind}・{group['RetentionInDays']} 日"

    rows = [
        ["VPC の CIDR", *design.across(lambda b: (b.find("network", "Vpc") or {})["CidrBlock"])],
        ["アベイラビリティゾーン（AZ）", *design.across(zones)],
        ["NAT ゲートウェイ", *design.across(gateways)],
        ["ALB の種別", *design.across(_scheme)],
        [
            "ALB のサブネット",
            *design.across(lambda b: kind_of_list(b.output("network", "AlbSubnets"))),
        ],
        [
            "タスクのサブネット",
            *design.across(lambda b: kind_of_list(b.output("network", "TaskSubnets"))),
        ],
        ["タスクの公開 IPv4", *design.across(_public_address)],
        ["S3 ゲートウェイエンドポイント", *design.across(endpoints("Gateway"))],
        ["インターフェイスエンドポイント", *design.across(endpoints("Interface"))],
        ["VPC フローログ", *design.across(flow)],
    ]
    return table(["項目", *ENVIRONMENT_COLUMNS], rows)


def _scheme(built: Built) -> str:
    scheme = (built.find("service", "Alb") or {}).get("Scheme")
    return {"internet-facing": "インターネット公開", "internal": "内部"}.get(str(scheme), NONE)


def _public_address(built: Built) -> str:
    return "あり" if built.output("network", "AssignPublicIp") == "ENABLED" else "なし"


def _subnets(built: Built) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, properties in built.of("AWS::EC2::Subnet"):
        if place.stack == "network":
            yield place.name, properties


def routes(design: Design) -> str:
    tables = [p for p in design.union("AWS::EC2::RouteTable") if p.stack == "network"]
    rows = [
        [
            code(_tag(design, place)),
            _associated(design, place),
            *design.across(lambda built, place=place: _ways(built, place.name)),
        ]
        for place in tables
    ]
    return table(["経路表", "サブネット", *ENVIRONMENT_COLUMNS], rows)


def _tag(design: Design, place: Place) -> str:
    properties = design.union("AWS::EC2::RouteTable", "AWS::EC2::Subnet")[place]
    return short(properties["Tags"][0]["Value"])


def _associated(design: Design, place: Place) -> str:
    found = design.union("AWS::EC2::SubnetRouteTableAssociation").values()
    names = [name_of(p["SubnetId"]) for p in found if name_of(p["RouteTableId"]) == place.name]
    return "、".join(
        f"{subnet_kind(name)} {name[-1].lower()}" if name else NONE for name in sorted(names)
    )


def _ways(built: Built, route_table: str) -> str:
    ways = []
    for _, route in built.of("AWS::EC2::Route"):
        if name_of(route["RouteTableId"]) == route_table:
            to = name_of(route.get("NatGatewayId", "")) or "インターネットゲートウェイ"
            target = f"NAT（{to.removeprefix('Nat').lower()}）" if to.startswith("Nat") else to
            ways.append(f"`{route['DestinationCidrBlock']}` → {target}")
    for _, endpoint in built.of("AWS::EC2::VPCEndpoint"):
        if route_table in {name_of(each) for each in endpoint.get("RouteTableIds", [])}:
            ways.append("S3 → エンドポイント")
    return "<br>".join(ways) or "VPC 内のみ"


def endpoints(design: Design) -> str:
    """Also those that no environment has now: a parameter brings them."""
    rows = []
    for name, resource in design.templates["network"]["Resources"].items():
        if resource["Type"] == "AWS::EC2::VPCEndpoint":
            properties = resource["Properties"]
            service = name_of(properties["ServiceName"]).split("}.", 1)[-1]
            kind = {"Gateway": "ゲートウェイ", "Interface": "インターフェイス"}
            rows.append(
                [
                    code(service),
                    kind[properties["VpcEndpointType"]],
                    *design.presence(Place("network", name)),
                ]
            )
    return table(["サービス", "種別", *ENVIRONMENT_COLUMNS], rows)


def subnets(design: Design) -> str:
    uses = {
        "公開": "NAT ゲートウェイ、公開 ALB。NAT のない環境ではタスク",
        "プライベート": "タスク、内部 ALB",
        "隔離": "Aurora",
    }
    rows = []
    for name, properties in _subnets(next(iter(design.environments.values()))):
        kind = subnet_kind(name)
        bits = int(properties["CidrBlock"].split("/")[1])
        rows.append(
            [
                code(_tag(design, Place("network", name))),
                kind,
                properties["AvailabilityZone"].removeprefix("ap-northeast-1"),
                *design.across(
                    lambda built, name=name: code((built.find("network", name) or {})["CidrBlock"])
                ),
                f"{2 ** (32 - bits) - 5:,}",
                uses[kind],
            ]
        )
    head = ["名前", "種別", "AZ", *ENVIRONMENT_COLUMNS, "利用可能数", "置くもの"]
    return table(head, rows)


def osaka_subnets(design: Design) -> str:
    rows = [
        [
            code(short(properties["Tags"][0]["Value"])),
            properties["AvailabilityZone"],
            code(properties["CidrBlock"]),
        ]
        for place, properties in design.union("AWS::EC2::Subnet").items()
        if place.stack == "osaka-database"
    ]
    return table(["名前", "AZ", "CIDR"], rows)


Rule = tuple[str, str, str, str, str]
"""Group, direction, port, peer, reason."""


def rules(built: Built) -> Iterator[Rule]:
    """Every rule of every security group, also the one that AWS adds where none goes out.

    A rule that is a resource of its own takes that one away as well
    (github.com/aws-cloudformation/cfn-language-discussion/issues/157).
    """
    ingress = [p for _, p in built.of("AWS::EC2::SecurityGroupIngress")]
    egress = [p for _, p in built.of("AWS::EC2::SecurityGroupEgress")]
    limited = {name_of(rule["GroupId"]) for rule in egress}
    for place, properties in built.of("AWS::EC2::SecurityGroup"):
        group = GROUPS.get(place.name, place.name)
        for rule in properties.get("SecurityGroupIngress", []):
            yield _rule(group, "受信", rule)
        for rule in properties.get("SecurityGroupEgress", []):
            yield _rule(group, "送信", rule)
        if "SecurityGroupEgress" not in properties and place.name not in limited:
            yield group, "送信", "すべて", "0.0.0.0/0", "AWS の既定の規則"
    for direction, apart in (("受信", ingress), ("送信", egress)):
        for rule in apart:
            name = name_of(rule["GroupId"])
            yield _rule(GROUPS.get(name, name), direction, rule)


def _rule(group: str, direction: str, rule: dict[str, Any]) -> Rule:
    ports = sorted({int(rule[key]) for key in ("FromPort", "ToPort") if key in rule})
    protocol = str(rule["IpProtocol"]).upper()
    port = "すべて" if protocol == "-1" else f"{protocol} {'–'.join(str(each) for each in ports)}"
    reason = str(rule.get("Description", ""))
    return group, direction, port, _peer(rule), REASONS.get(reason, reason)


def _peer(rule: dict[str, Any]) -> str:
    if "CidrIp" in rule:
        return str(rule["CidrIp"])
    if "SourcePrefixListId" in rule:
        return f"CloudFront（{rule['SourcePrefixListId']}）"
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    return GROUPS.get(name_of(group), name_of(group))


def security_groups(design: Design) -> str:
    of_each = [list(rules(built)) for built in design.environments.values()]
    order = {group: number for number, group in enumerate(GROUPS.values())}
    every = sorted(
        dict.fromkeys(rule for found in of_each for rule in found),
        key=lambda rule: (order.get(rule[0], 99), rule[1]),
    )
    rows = [
        [*_told(rule), *("○" if rule in found else NONE for found in of_each)] for rule in every
    ]
    head = ["グループ", "方向", "ポート", "相手", "目的", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _told(rule: Rule) -> list[str]:
    group, direction, port, peer, reason = rule
    return [group, direction, port, code(peer) if re.match(r"[0-9.]+/", peer) else peer, reason]


BLOCKS = {
    "stacks": stacks,
    "vpc": vpc,
    "routes": routes,
    "endpoints": endpoints,
    "subnets": subnets,
    "osaka-subnets": osaka_subnets,
    "security-groups": security_groups,
}
