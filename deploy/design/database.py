"""Section 7: the database."""

from collections.abc import Callable
from typing import Any

from deploy.design.built import Built, Design
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    code,
    seconds,
    shown,
    table,
    yes,
)

ENGINES = {"aurora-mysql": "Aurora MySQL", "aurora-postgresql": "Aurora PostgreSQL"}


def _cluster(tell: Callable[[dict[str, Any]], str]) -> Callable[[Built], str]:
    return lambda built: tell(found) if (found := built.find("data", "Cluster")) else NONE


def database(design: Design) -> str:
    rows: list[tuple[str, Callable[[Built], str]]] = [
        ("エンジン", _cluster(lambda p: ENGINES[p["Engine"]])),
        ("バージョン", _cluster(lambda p: code(p["EngineVersion"]))),
        ("容量", _capacity),
        ("ライター", lambda b: _instances(b, writer=True)),
        ("リーダー", lambda b: _instances(b, writer=False)),
        ("保存時の暗号化", _cluster(_key)),
        ("TLS の強制", _tls),
        ("IAM 認証", _cluster(lambda p: yes(p["EnableIAMDatabaseAuthentication"]))),
        ("管理者パスワード", _cluster(_master)),
        ("削除保護", _cluster(lambda p: yes(p["DeletionProtection"]))),
        ("Performance Insights", _insights),
        ("出力するログ", _cluster(lambda p: shown(p["EnableCloudwatchLogsExports"]))),
        ("保守の時間帯（日本時間）", _cluster(lambda p: window(p["PreferredMaintenanceWindow"]))),
        (
            "バックアップの時間帯（日本時間）",
            _cluster(lambda p: window(p["PreferredBackupWindow"])),
        ),
        ("任意の時点に戻せる期間", _cluster(lambda p: f"{p['BackupRetentionPeriod']} 日")),
        ("大阪の複製（Global Database）", replica),
    ]
    return table(
        ["項目", *ENVIRONMENT_COLUMNS], [[name, *design.across(tell)] for name, tell in rows]
    )


def _capacity(built: Built) -> str:
    scaling = (built.find("data", "Cluster") or {}).get("ServerlessV2ScalingConfiguration")
    if not scaling:
        return "固定"
    pause = scaling.get("SecondsUntilAutoPause")
    text = f"Serverless v2<br>{scaling['MinCapacity']}–{scaling['MaxCapacity']} ACU"
    return text + (f"<br>{seconds(pause)}の無接続で休止" if pause else "")


def _instances(built: Built, *, writer: bool) -> str:
    told = [
        f"AZ {p['AvailabilityZone'][-1]}（{code(p['DBInstanceClass'])}、"
        f"昇格順 {p['PromotionTier']}）"
        for place, p in built.of("AWS::RDS::DBInstance")
        if place.stack == "data" and (place.name == "Writer") == writer
    ]
    return "<br>".join(told) or "なし"


def _key(cluster: dict[str, Any]) -> str:
    if not cluster["StorageEncrypted"]:
        return "なし"
    return "自前の KMS 鍵" if "KmsKeyId" in cluster else "AWS 管理の KMS 鍵"


def _master(cluster: dict[str, Any]) -> str:
    return "RDS が自動で交換" if cluster.get("ManageMasterUserPassword") else "手動で交換"


def _parameters(built: Built) -> dict[str, Any]:
    for _, properties in built.of("AWS::RDS::DBClusterParameterGroup"):
        found: dict[str, Any] = properties["Parameters"]
        return found
    return {}


def _tls(built: Built) -> str:
    found = _parameters(built)
    return yes(found.get("require_secure_transport", found.get("rds.force_ssl")))


def _insights(built: Built) -> str:
    writer = built.find("data", "Writer") or {}
    if not writer.get("EnablePerformanceInsights"):
        return "なし"
    return f"{writer['PerformanceInsightsRetentionPeriod']} 日"


def replica(built: Built) -> str:
    if not built.has("data", "GlobalCluster"):
        return "なし"
    return "インスタンスあり" if built.has("osaka-database", "Instance") else "保管のみ"


WEEKDAYS = dict(
    zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "月火水木金土日", strict=True)
)


def window(utc: str) -> str:
    """`sat:19:00-sat:20:00` → 日曜 04:00–05:00."""
    return "–".join(_in_japan(part) for part in utc.split("-")).replace("–日曜 ", "–")


def _in_japan(moment: str) -> str:
    *day, hour, minute = moment.split(":")
    later, hour_there = divmod(int(hour) + 9, 24)
    names = list(WEEKDAYS)
    prefix = f"{WEEKDAYS[names[(names.index(day[0]) + later) % 7]]}曜 " if day else ""
    return f"{prefix}{hour_there:02}:{minute}"


WHY = {
    "character_set_server": "文字コード",
    "character_set_database": "文字コード",
    "collation_server": "照合順序。濁点・半濁点を区別する",
    "time_zone": "サイトの接続と同じ UTC",
    "max_connections": "インスタンスごとの接続数の上限",
    "require_secure_transport": "TLS のない接続を拒む",
    "slow_query_log": "遅い問い合わせを記録する",
    "long_query_time": "「遅い」とみなす秒数",
    "log_output": "ログの出力先",
    "server_audit_logging": "監査ログ",
    "server_audit_events": "監査の対象。問い合わせの本文は残さない",
    "timezone": "サイトの接続と同じ UTC",
    "rds.force_ssl": "TLS のない接続を拒む",
    "log_min_duration_statement": "「遅い」とみなすミリ秒",
    "log_connections": "接続の記録",
}


def database_parameters(design: Design) -> str:
    names = dict.fromkeys(
        name for built in design.environments.values() for name in _parameters(built)
    )
    rows = [
        [
            code(name),
            WHY.get(name, NONE),
            *design.across(lambda built, name=name: _setting(built, name)),
        ]
        for name in names
    ]
    return table(["パラメータ", "意味", *ENVIRONMENT_COLUMNS], rows)


def _setting(built: Built, name: str) -> str:
    """With room to break a line in a long list."""
    return shown(_parameters(built).get(name)).replace(",", ", ")


BLOCKS = {"database": database, "database-parameters": database_parameters}
