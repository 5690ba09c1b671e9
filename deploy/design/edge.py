"""Section 9: names, certificates, CloudFront, WAF, opening hours."""

from collections.abc import Iterator
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.network import region
from deploy.design.wording import ENVIRONMENT_COLUMNS, NONE, code, name_of, seconds, shown, table

POLICIES = {
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": "残さない",
    "216adef6-5c7f-47e4-b989-5492eafa07d3": "すべて渡す",
    "bf0718e1-ba1e-49d1-88b1-f726733018ae": "Host のみ渡す",
}
"""AWS's own, by their ids: "Use managed cache policies" and "… origin request policies" in the
CloudFront Developer Guide."""


def names(design: Design) -> str:
    def address(built: Built) -> str:
        found = [
            f"{code(p['Name'])}（{p['Type']}）→ {_target(p)}"
            for _, p in built.of("AWS::Route53::RecordSet")
        ]
        return "<br>".join(found) or NONE

    def certificates(built: Built) -> str:
        return "<br>".join(
            f"{region(place.stack)}："
            + "、".join([p["DomainName"], *p.get("SubjectAlternativeNames", [])])
            for place, p in built.of("AWS::CertificateManager::Certificate")
        )

    rows = [["DNS レコード", *design.across(address)], ["証明書", *design.across(certificates)]]
    return table(["項目", *ENVIRONMENT_COLUMNS], rows)


def _target(record: dict[str, Any]) -> str:
    target = name_of(record["AliasTarget"]["DNSName"])
    return {"Alb": "ALB"}.get(target, "CloudFront")


def distributions(design: Design) -> str:
    rows = []
    for place, properties in design.union("AWS::CloudFront::Distribution").items():
        config = properties["DistributionConfig"]
        (origin,) = config["Origins"]
        rows.append(
            [
                code(config["Aliases"][0]),
                "内部 ALB（VPC オリジン）"
                if "VpcOriginConfig" in origin
                else "教材バケット（OAC）",
                shown(config["ViewerCertificate"]["MinimumProtocolVersion"]),
                "HTTP/2・HTTP/3" if config["HttpVersion"] == "http2and3" else config["HttpVersion"],
                "必要" if config["DefaultCacheBehavior"].get("TrustedKeyGroups") else "不要",
                "あり" if "WebACLId" in config else "なし",
                *design.presence(place),
            ]
        )
    head = ["名前（本番）", "オリジン", "TLS の下限", "プロトコル", "署名", "WAF（本番）"]
    return table([*head, *ENVIRONMENT_COLUMNS], rows)


def behaviors(design: Design) -> str:
    rows = []
    for place, properties in design.union("AWS::CloudFront::Distribution").items():
        config = properties["DistributionConfig"]
        every = [{"PathPattern": "*"} | config["DefaultCacheBehavior"]]
        for behavior in [*config.get("CacheBehaviors", []), *every]:
            rows.append(
                [
                    code(config["Aliases"][0]),
                    code(behavior["PathPattern"]),
                    "読み取りのみ" if len(behavior["AllowedMethods"]) < 4 else "すべて",
                    _caching(design, place, behavior["CachePolicyId"]),
                    POLICIES.get(behavior.get("OriginRequestPolicyId"), NONE),
                ]
            )
    head = ["名前（本番）", "パス", "メソッド", "キャッシュ", "オリジンに渡すもの"]
    return table(head, rows)


def _caching(design: Design, place: Place, policy: Any) -> str:
    known = POLICIES.get(policy) if isinstance(policy, str) else None
    if known:
        return known
    found = design.union("AWS::CloudFront::CachePolicy")[Place(place.stack, name_of(policy))]
    config = found["CachePolicyConfig"]
    least, most = config["MinTTL"], config["MaxTTL"]
    if least == most:
        return f"{seconds(least)}"
    return f"サイトの Cache-Control に従う（最長 {seconds(most)}）"


GROUPS = {
    "AWSManagedRulesCommonRuleSet": "一般的な攻撃（Common）",
    "AWSManagedRulesKnownBadInputsRuleSet": "既知の不正な入力（KnownBadInputs）",
    "AWSManagedRulesSQLiRuleSet": "SQL インジェクション（SQLi）",
}


def waf(design: Design) -> str:
    rows = []
    for place, acl in design.union("AWS::WAFv2::WebACL").items():
        for rule in sorted(acl["Rules"], key=lambda each: each["Priority"]):
            what, action = _rule(rule)
            rows.append(
                [str(rule["Priority"]), code(rule["Name"]), what, action, *design.presence(place)]
            )
    return table(["順", "規則", "条件", "動作", *ENVIRONMENT_COLUMNS], rows)


def _rule(rule: dict[str, Any]) -> tuple[str, str]:
    statement = rule["Statement"]
    if "RateBasedStatement" in statement:
        return _rate(statement["RateBasedStatement"]), _block(rule)
    if "ManagedRuleGroupStatement" in statement:
        group = statement["ManagedRuleGroupStatement"]
        counted = len(group.get("RuleActionOverrides", []))
        text = GROUPS.get(group["Name"], group["Name"])
        return text, f"止める（本文の {counted} 規則は数えるのみ）"
    return "ログイン前の要求で、本文の規則に該当したもの", _block(rule)


def _rate(statement: dict[str, Any]) -> str:
    keys = "＋".join(_keys(statement))
    scope = "（セッションなし、静的ファイルを除く）" if "ScopeDownStatement" in statement else ""
    window = seconds(statement["EvaluationWindowSec"])
    return f"{keys}ごとに {window}間 {statement['Limit']:,} 回超{scope}"


def _keys(statement: dict[str, Any]) -> Iterator[str]:
    if statement["AggregateKeyType"] == "IP":
        yield "IP アドレス"
    for key in statement.get("CustomKeys", []):
        yield "IP アドレス" if "IP" in key else "セッション"


def _block(rule: dict[str, Any]) -> str:
    response = rule["Action"].get("Block", {}).get("CustomResponse", {})
    return f"止める（{response['ResponseCode']}）" if response else "止める"


def opening_hours(design: Design) -> str:
    def tell(kind: str) -> list[str]:
        hours = design.templates["edge"]["Mappings"]["Hours"][kind]
        return design.across(
            lambda b: (
                f"{hours['Open']}–{hours['Close']}" if b.has("edge", "OpeningHours") else "終日"
            )
        )

    rows = [["平日", *tell("Weekday")], ["土日", *tell("Weekend")]]
    return table(["開館時間（日本時間）", *ENVIRONMENT_COLUMNS], rows)


BLOCKS = {
    "names": names,
    "distributions": distributions,
    "behaviors": behaviors,
    "waf": waf,
    "opening-hours": opening_hours,
}
