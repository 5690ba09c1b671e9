"""Section 10: what each environment bears, and what it does not."""

from deploy.design.built import Built, Design
from deploy.design.network import nat_zones
from deploy.design.wording import ENVIRONMENT_COLUMNS, table


def _readers(built: Built) -> int:
    instances = [place for place, _ in built.of("AWS::RDS::DBInstance") if place.stack == "data"]
    return len(instances) - 1


def _follows(built: Built) -> bool:
    """Whether Osaka has the database and the material, at most minutes behind."""
    return built.has("osaka-database", "Cluster") and built.has("storage", "ReplicationRole")


def _snapshots(built: Built) -> bool:
    return built.has("data", "BackupPlan") and built.has("osaka", "Vault")


def faults(design: Design) -> str:
    rows = [
        ["タスク 1 個の停止", *design.across(_task)],
        ["AZ 1 つの障害（タスク）", *design.across(_zone)],
        ["AZ 1 つの障害（NAT）", *design.across(_nat)],
        ["ライターの障害", *design.across(_writer)],
        ["リーダーの障害", *design.across(_reader)],
    ]
    return table(["起きること", *ENVIRONMENT_COLUMNS], rows)


def _floors(built: Built) -> int:
    """The fewest web tasks while the site is open."""
    target = built.find("scaling", "WebTarget") or {}
    least = [each["ScalableTargetAction"]["MinCapacity"] for each in target["ScheduledActions"]]
    return min(int(number) for number in least if int(number) > 0)


def _task(built: Built) -> str:
    if _floors(built) > 1:
        return "残りのタスクが引き継ぐ。止まらない"
    return "1 個で動く時間帯は、代わりが起動するまで 1–2 分止まる"


def _zone(built: Built) -> str:
    if _floors(built) > 1:
        return "他の AZ のタスクが引き継ぐ"
    return "1 個で動く時間帯は、別の AZ で起動するまで数分止まる"


def _nat(built: Built) -> str:
    zones = nat_zones(built)
    if len(zones) == 3:
        return "他の AZ に影響しない"
    if zones:
        return f"AZ {zones[0]} の障害で、全タスクの外向き通信が止まる"
    return "NAT がないため影響しない"


def _writer(built: Built) -> str:
    if _readers(built):
        return "リーダーが 1 分程度で昇格する。データは失われない"
    return "同じ AZ で作り直す（10 分程度）。AZ の障害時は手動で別の AZ に作る。データは失われない"


def _reader(built: Built) -> str:
    if _readers(built):
        return "読み取りをライターへ回す。止まらない"
    return "リーダーを持たない"


def objectives(design: Design) -> str:
    def days(built: Built) -> str:
        return f"{(built.find('data', 'Cluster') or {})['BackupRetentionPeriod']} 日"

    rows = [
        ["誤操作・データの破損", "RPO", *design.across(lambda _: "5 分")],
        ["", "RTO", *design.across(lambda _: "3 時間（手動）")],
        ["", "戻せる範囲", *design.across(days)],
        ["東京リージョンの喪失", "RPO", *design.across(_region_rpo)],
        ["", "RTO", *design.across(_region_rto)],
        ["", "手段", *design.across(_region_means)],
    ]
    for row in rows:
        row[0] = row[0] or "〃"
    return table(["事態", "目標", *ENVIRONMENT_COLUMNS], rows)


def _region_rpo(built: Built) -> str:
    if _follows(built):
        return "**1 時間**"
    return "最大 1 週間" if _snapshots(built) else "**保証なし**（データは東京だけにある）"


def _region_rto(built: Built) -> str:
    if _follows(built):
        return "**4 時間**（手動）"
    return "定めない" if _snapshots(built) else "**保証なし**（東京の復旧を待つ）"


def _region_means(built: Built) -> str:
    means = []
    if built.has("osaka-database", "Cluster"):
        means.append("Global Database")
    if built.has("storage", "ReplicationRole"):
        means.append("バケットの複製")
    if _snapshots(built):
        means.append("週次スナップショットの写し")
    return "、".join(means) or "なし"


BLOCKS = {"faults": faults, "objectives": objectives}
