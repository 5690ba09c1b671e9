"""Sections 13 and 15: roles, secrets, parameters."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    code,
    japanese,
    name_of,
    table,
    with_placeholder,
)

PURPOSES = {
    "ExecutionRole": "タスクを起動する（イメージの取得、秘密の受け渡し）",
    "WebRole": "web タスクの中で使う",
    "WorkerRole": "worker・media タスクの中で使う",
    "CommandRole": "一度だけのタスクの中で使う（ログの参照を含む）",
    "SchedulerRole": "夜の処理を起動する",
    "InfrastructureRole": "青/緑の切り替えを行う",
    "ReplicationRole": "教材とバックアップを大阪へ複製する",
    "ScanRole": "アップロードを検査し、結果のタグを付ける",
    "BackupRole": "スナップショットを取り、大阪へ写す",
    "FlowLogRole": "VPC フローログを書く",
    "InstanceRole": "EC2 を ECS に参加させる",
    "BuildRole": "イメージを作り、ECR に登録する",
    "DeployRole": "リリースと切り戻しを行う",
}


def roles(design: Design) -> str:
    rows = []
    for place, role in design.union("AWS::IAM::Role").items():
        rows.append(
            [
                code(place.name),
                code(place.stack),
                PURPOSES.get(place.name, NONE),
                "、".join(_principals(role)),
                "<br>".join(_rights(design, place, role)) or NONE,
                *design.presence(place),
            ]
        )
    head = ["役割", "スタック", "用途", "引き受けるもの", "許可する操作", *ENVIRONMENT_COLUMNS]
    return table(head, rows)


def _principals(role: dict[str, Any]) -> Iterator[str]:
    for statement in role["AssumeRolePolicyDocument"]["Statement"]:
        principal = statement["Principal"]
        if "Federated" in principal:
            yield "GitHub Actions（OIDC）"
        else:
            yield code(str(principal["Service"]).removesuffix(".amazonaws.com"))


def _rights(design: Design, place: Place, role: dict[str, Any]) -> Iterator[str]:
    documents = [each["PolicyDocument"] for each in role.get("Policies", [])]
    for policy in role.get("ManagedPolicyArns", []):
        if isinstance(policy, dict):
            own = design.union("AWS::IAM::ManagedPolicy")[Place(place.stack, name_of(policy))]
            documents.append(own["PolicyDocument"])
        else:
            yield code(str(policy).rsplit("/", 1)[-1])
    yield from _services(documents)


def _services(documents: list[dict[str, Any]]) -> Iterator[str]:
    found: dict[str, set[str]] = {}
    for document in documents:
        for statement in document["Statement"]:
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                service, operation = action.split(":")
                found.setdefault(service, set()).add(operation)
    for service, operations in found.items():
        some = sorted(operations)
        text = "・".join(some[:2]) + (f" ほか {len(some) - 2}" if len(some) > 2 else "")
        yield f"{code(service)} {text}"


SECRETS = {
    "DjangoSecret": ("`SECRET_KEY`", "CloudFormation が生成"),
    "OperatorSecret": ("", "運用者が登録"),
    "MasterSecret": ("データベース管理者のパスワード", "CloudFormation が生成し、手動で交換"),
}


def secrets(design: Design) -> str:
    rows = []
    for place, secret in design.union("AWS::SecretsManager::Secret").items():
        content, origin = SECRETS.get(place.name, ("", NONE))
        written = re.findall(r'"([A-Z_]+)":', secret.get("SecretString", ""))
        rows.append(
            [
                code(with_placeholder(secret.get("Name", f"{place.stack}.{place.name}"))),
                content or "、".join(code(key) for key in written),
                origin,
                *design.presence(place),
            ]
        )
    if any(_managed(built) == "○" for built in design.environments.values()):
        rows.append(
            [
                "RDS が名付ける",
                "データベース管理者のパスワード",
                "RDS が生成し、自動で交換",
                *design.across(_managed),
            ]
        )
    return table(["秘密（Secrets Manager）", "内容", "値の出どころ", *ENVIRONMENT_COLUMNS], rows)


def _managed(built: Built) -> str:
    cluster = built.find("data", "Cluster") or {}
    return "○" if cluster.get("ManageMasterUserPassword") else NONE


def keys(design: Design) -> str:
    rows = [
        [
            code(f"{place.stack}.{place.name}"),
            KEYS.get((place.stack, place.name), NONE),
            "毎年" if key.get("EnableKeyRotation") else "なし",
            *design.presence(place),
        ]
        for place, key in design.union("AWS::KMS::Key").items()
    ]
    return table(["KMS 鍵（スタック.名前）", "用途", "自動更新", *ENVIRONMENT_COLUMNS], rows)


KEYS = {
    ("osaka", "Key"): "大阪のスナップショット",
    ("storage", "MaterialKey"): "教材",
    ("data", "Key"): "データベース",
    ("osaka-database", "Key"): "大阪のデータベース",
    ("ops", "AlarmKmsKey"): "アラームの通知",
}


def parameters(design: Design) -> str:
    declared: dict[str, dict[str, Any]] = {}
    for template in design.templates.values():
        for name, body in template.get("Parameters", {}).items():
            declared.setdefault(name, body)
    order = list(next(iter(design.environments.values())).written)
    rows = [
        [
            code(name),
            japanese(declared[name]["Description"]),
            *design.across(lambda built, name=name: _value(built, name)),
        ]
        for name in sorted(declared, key=lambda name: order.index(name) if name in order else -1)
    ]
    return table(["パラメータ", "意味", *ENVIRONMENT_COLUMNS], rows)


def _value(built: Built, name: str) -> str:
    value = built.name if name == "Environment" else built.written[name]
    return value if value != "" else "（空）"


BLOCKS = {"roles": roles, "secrets": secrets, "keys": keys, "parameters": parameters}
