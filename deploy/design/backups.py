"""Section 11: backups."""

from collections.abc import Iterator
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.database import replica
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    clock,
    code,
    table,
    with_placeholder,
)


def backups(design: Design) -> str:
    rows = [
        [
            "Aurora 自動バックアップ",
            "連続",
            "Aurora（東京）",
            *design.across(
                lambda b: f"{(b.find('data', 'Cluster') or {})['BackupRetentionPeriod']} 日"
            ),
        ]
    ]
    for place, plan in design.union("AWS::Backup::BackupPlan").items():
        for rule in plan["BackupPlan"]["BackupPlanRule"]:
            rows += _planned(design, place, rule)
    rows += [
        ["Aurora Global Database", "常時（非同期）", "大阪", *design.across(replica)],
        [
            "教材・手動の控えの複製",
            "常時（非同期）",
            "大阪のバケット",
            *design.across(_replicated),
        ],
        ["教材の旧版", "上書き・削除のたび", "教材バケット", *design.across(_former)],
    ]
    return table(["種類", "時期", "置き場所", *ENVIRONMENT_COLUMNS], rows)


def _planned(design: Design, place: Place, rule: dict[str, Any]) -> Iterator[list[str]]:
    """A rule of AWS Backup and its copies."""
    time, days = clock(rule["ScheduleExpression"])

    def kept(lifecycle: dict[str, Any]) -> list[str]:
        text = f"{lifecycle['DeleteAfterDays']} 日"
        return design.across(lambda b: text if b.has(*place) else NONE)

    yield [
        "スナップショット（AWS Backup）",
        f"毎週{days} {time}",
        "保管庫（東京）",
        *kept(rule["Lifecycle"]),
    ]
    for copy in rule.get("CopyActions", []):
        yield ["同上の写し", "取得の直後", "保管庫（大阪）", *kept(copy["Lifecycle"])]


def _replicated(built: Built) -> str:
    found = [1 for _, p in built.of("AWS::S3::Bucket") if "ReplicationConfiguration" in p]
    return f"{len(found)} バケット" if found else NONE


def _former(built: Built) -> str:
    bucket = built.find("storage", "MaterialBucket") or {}
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        if "NoncurrentVersionExpiration" in rule:
            return f"{rule['NoncurrentVersionExpiration']['NoncurrentDays']} 日"
    return NONE


def vault_lock(design: Design) -> str:
    rows = [
        [
            code(with_placeholder(vault["BackupVaultName"])),
            "大阪" if place.stack == "osaka" else "東京",
            _lock(vault),
            *design.presence(place),
        ]
        for place, vault in sorted(design.union("AWS::Backup::BackupVault").items())
    ]
    return table(["保管庫", "場所", "削除の禁止", *ENVIRONMENT_COLUMNS], rows)


def _lock(vault: dict[str, Any]) -> str:
    lock = vault.get("LockConfiguration", {})
    mode = "コンプライアンス" if "ChangeableForDays" in lock else "ガバナンス"
    days = lock.get("MinRetentionDays")
    if not days:
        return "なし"
    return f"保持期間の終わりまで（{days} 日未満の期限は受け付けない、{mode}モード）"


BLOCKS = {"backups": backups, "vaults": vault_lock}
