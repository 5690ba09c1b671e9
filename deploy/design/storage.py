"""Section 8: buckets, registries, malware scan."""

import json
from collections.abc import Iterable
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    code,
    name_of,
    table,
    with_placeholder,
    yes,
)


def _buckets(design: Design) -> list[Place]:
    """Tokyo's first."""
    return sorted(design.union("AWS::S3::Bucket"), key=lambda place: place.stack == "osaka")


def buckets(design: Design) -> str:
    rows = []
    for place in _buckets(design):
        found = [(b, p) for b in design.environments.values() if (p := b.find(*place))]
        rows.append(
            [
                code(with_placeholder(found[0][1]["BucketName"])),
                "、".join(dict.fromkeys(_encryption(bucket) for _, bucket in found)),
                yes(all(p["VersioningConfiguration"]["Status"] == "Enabled" for _, p in found)),
                _all("遮断", (all(p["PublicAccessBlockConfiguration"].values()) for _, p in found)),
                _all("必須", (_tls_only(built, place) for built, _ in found)),
                *design.across(lambda b, place=place: _replicates(b, place)),
            ]
        )
    head = ["バケット", "暗号化", "版の保存", "公開", "TLS", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _all(text: str, held: Iterable[bool]) -> str:
    return text if all(held) else "**要確認**"


def _encryption(bucket: dict[str, Any]) -> str:
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return str(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"])


def _tls_only(built: Built, bucket: Place) -> bool:
    return any(
        _refuses_plain(statement)
        for place, policy in built.of("AWS::S3::BucketPolicy")
        if (place.stack, name_of(policy["Bucket"])) == tuple(bucket)
        for statement in policy["PolicyDocument"]["Statement"]
    )


def _refuses_plain(statement: dict[str, Any]) -> bool:
    unsafe = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement["Effect"] == "Deny" and str(unsafe).lower() == "false"


def _replicates(built: Built, place: Place) -> str:
    bucket = built.find(*place)
    if bucket is None:
        return NONE
    return "○（大阪へ複製）" if "ReplicationConfiguration" in bucket else "○"


CLASSES = {
    "STANDARD_IA": "標準 IA",
    "INTELLIGENT_TIERING": "Intelligent-Tiering",
    "GLACIER_IR": "Glacier Instant Retrieval",
}


def lifecycle(design: Design) -> str:
    rows = []
    every = design.union("AWS::S3::Bucket")
    for place in _buckets(design):
        bucket = every[place]
        for rule in bucket["LifecycleConfiguration"]["Rules"]:
            rows.append(
                [
                    code(with_placeholder(bucket["BucketName"]).removeprefix("elearning-<環境>-")),
                    code(rule["Id"]),
                    code(rule["Prefix"]) if rule.get("Prefix") else "すべて",
                    *design.across(lambda b, place=place, rule=rule: _kept(b, place, rule["Id"])),
                ]
            )
    return table(["バケット", "規則", "対象", *ENVIRONMENT_COLUMNS], rows)


def _kept(built: Built, place: Place, rule_id: str) -> str:
    bucket = built.find(*place)
    if bucket is None:
        return NONE
    (rule,) = (r for r in bucket["LifecycleConfiguration"]["Rules"] if r["Id"] == rule_id)
    told = [
        f"{each['TransitionInDays']} 日で {CLASSES[each['StorageClass']]}"
        for each in rule.get("Transitions", [])
    ]
    if "ExpirationInDays" in rule:
        told.append(f"{rule['ExpirationInDays']} 日で削除")
    if "NoncurrentVersionExpiration" in rule:
        told.append(f"旧版は {rule['NoncurrentVersionExpiration']['NoncurrentDays']} 日で削除")
    if "AbortIncompleteMultipartUpload" in rule:
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        told.append(f"未完了の送信は {days} 日で破棄")
    return "<br>".join(told)


def repositories(design: Design) -> str:
    rows = []
    for place, repository in design.union("AWS::ECR::Repository").items():
        rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
        rows.append(
            [
                code(with_placeholder(repository["RepositoryName"])),
                "不可" if repository["ImageTagMutability"] == "IMMUTABLE" else "可",
                yes(repository["ImageScanningConfiguration"]["ScanOnPush"]),
                "、".join(_expiry(each["selection"]) for each in rules),
                *design.presence(place),
            ]
        )
    head = ["リポジトリ", "タグの付け替え", "登録時の脆弱性検査", "保存", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _expiry(selection: dict[str, Any]) -> str:
    if selection["countType"] == "imageCountMoreThan":
        return f"新しい順に {selection['countNumber']} 個"
    return f"タグのないものは {selection['countNumber']} 日"


def scanning(design: Design) -> str:
    rows = [
        [
            f"`{'`、`'.join(plan['ProtectedResource']['S3Bucket']['ObjectPrefixes'])}`",
            "タグを付ける" if plan["Actions"]["Tagging"]["Status"] == "ENABLED" else NONE,
            *design.presence(place),
        ]
        for place, plan in design.union("AWS::GuardDuty::MalwareProtectionPlan").items()
    ]
    return table(["検査の対象（教材バケット）", "検査の結果", *ENVIRONMENT_COLUMNS], rows)


BLOCKS = {
    "buckets": buckets,
    "lifecycle": lifecycle,
    "repositories": repositories,
    "scanning": scanning,
}
