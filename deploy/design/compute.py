"""Section 6: load balancer, services, tasks."""

from collections.abc import Callable, Iterator
from typing import Any

from deploy.design.built import Built, Design, Place
from deploy.design.wording import (
    ENVIRONMENT_COLUMNS,
    NONE,
    code,
    japanese,
    name_of,
    seconds,
    short,
    shown,
    table,
    yes,
)

SERVICES = {"Web": "web", "Worker": "worker", "Media": "media"}
CAPACITY = {"FARGATE": "Fargate", "FARGATE_SPOT": "Fargate Spot", "Instances": "EC2"}


def _attributes(properties: dict[str, Any] | None, key: str) -> dict[str, str]:
    return {each["Key"]: str(each["Value"]) for each in (properties or {}).get(key, [])}


def load_balancer(design: Design) -> str:
    def alb(key: str, tell: Callable[[str], str]) -> list[str]:
        return design.across(
            lambda b: tell(
                _attributes(b.find("service", "Alb"), "LoadBalancerAttributes").get(key, "")
            )
        )

    def group(tell: Callable[[dict[str, Any]], str]) -> list[str]:
        return design.across(lambda b: tell(b.find("service", "TargetGroup") or {}))

    def attribute(key: str) -> Callable[[dict[str, Any]], str]:
        return lambda p: _attributes(p, "TargetGroupAttributes").get(key, NONE)

    rows = [
        ["443 番（HTTPS）の TLS ポリシー", *design.across(_tls)],
        ["443 番の振り分け", *design.across(_routing)],
        [
            "80 番（HTTP）",
            *design.across(
                lambda b: "HTTPS へ転送" if b.has("service", "HttpListener") else "開かない"
            ),
        ],
        ["アイドルタイムアウト", *alb("idle_timeout.timeout_seconds", seconds)],
        ["不正なヘッダーの破棄", *alb("routing.http.drop_invalid_header_fields.enabled", yes)],
        ["削除保護", *alb("deletion_protection.enabled", yes)],
        ["アクセスログ（S3）", *alb("access_logs.s3.enabled", yes)],
        ["ターゲットの形式・ポート", *group(lambda p: f"{p['TargetType']}・{p['Port']}")],
        ["ヘルスチェック", *group(_health)],
        [
            "登録解除の待ち時間",
            *group(lambda p: seconds(attribute("deregistration_delay.timeout_seconds")(p))),
        ],
        [
            "振り分け方式",
            *group(
                lambda p: {
                    "least_outstanding_requests": "処理中の少ない順",
                    "round_robin": "順番",
                }.get(attribute("load_balancing.algorithm.type")(p), NONE)
            ),
        ],
        [
            "ターゲットグループ",
            *design.across(
                lambda b: "青・緑の 2 つ" if b.has("service", "GreenTargetGroup") else "1 つ"
            ),
        ],
    ]
    return table(["項目", *ENVIRONMENT_COLUMNS], rows)


def _tls(built: Built) -> str:
    policy = str((built.find("service", "HttpsListener") or {}).get("SslPolicy", NONE))
    return code(policy.removeprefix("ELBSecurityPolicy-"))


def _routing(built: Built) -> str:
    rule = built.find("service", "PagesRule")
    if not rule:
        return NONE
    hosts = [each["HostHeaderConfig"]["Values"] for each in rule["Conditions"]]
    return f"{code(hosts[0][0])} のみ。他は 404"


def _health(group: dict[str, Any]) -> str:
    return (
        f"{code(group['HealthCheckPath'])}、{group['HealthCheckIntervalSeconds']} 秒ごと、"
        f"{group['UnhealthyThresholdCount']} 回の失敗で切り離し"
    )


def services(design: Design) -> str:
    return table(["サービス", "項目", *ENVIRONMENT_COLUMNS], _service_rows(design))


def _service_rows(design: Design) -> Iterator[list[str]]:
    for logical, name in SERVICES.items():
        for title, tell in (("実行基盤", _capacity), ("入れ替え方式", _strategy)):
            yield [
                code(name),
                title,
                *design.across(
                    lambda b, logical=logical, tell=tell: (
                        tell(found) if (found := b.find("service", logical)) else NONE
                    )
                ),
            ]
    for title, holds in SWITCHES.items():
        yield ["すべて", title, *design.across(lambda b, holds=holds: _everywhere(b, holds))]


def _everywhere(built: Built, holds: Callable[[dict[str, Any]], Any]) -> str:
    return yes(all(holds(service) for _, service in built.of("AWS::ECS::Service")))


def _capacity(service: dict[str, Any]) -> str:
    names = [name_of(each["CapacityProvider"]) for each in service["CapacityProviderStrategy"]]
    return "、".join(CAPACITY.get(name, name) for name in names)


def _strategy(service: dict[str, Any]) -> str:
    how = service["DeploymentConfiguration"]
    if how.get("Strategy") == "BLUE_GREEN":
        return f"青/緑（青を {how['BakeTimeInMinutes']} 分残す）"
    return f"ローリング（{how['MinimumHealthyPercent']}–{how['MaximumPercent']} %）"


def _goes_back(service: dict[str, Any]) -> bool:
    breaker = service["DeploymentConfiguration"].get("DeploymentCircuitBreaker", {})
    return bool(breaker.get("Enable") and breaker.get("Rollback"))


SWITCHES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "失敗時の自動切り戻し": _goes_back,
    "AZ の再配分": lambda service: service.get("AvailabilityZoneRebalancing") == "ENABLED",
    "ECS Exec（タスク内の調査）": lambda service: service.get("EnableExecuteCommand"),
}


def _definitions(design: Design) -> dict[Place, dict[str, Any]]:
    found = design.union("AWS::ECS::TaskDefinition")
    order = [f"task-{name}" for name in (*SERVICES.values(), "command")]
    return dict(sorted(found.items(), key=lambda each: order.index(each[0].stack)))


def tasks(design: Design) -> str:
    def size(place: Place) -> Callable[[Built], str]:
        def tell(built: Built) -> str:
            task = built.find(*place)
            if task is None:
                return NONE
            disk = (task.get("EphemeralStorage") or {}).get("SizeInGiB", 20)
            return (
                f"{int(task['Cpu']) / 1024:g} vCPU・{int(task['Memory']) / 1024:g} GiB<br>"
                f"ディスク {disk} GiB"
            )

        return tell

    rows = [
        [
            code(place.stack.removeprefix("task-")),
            japanese(design.templates[place.stack]["Description"]).split("：")[-1],
            short(name_of(task["TaskRoleArn"]).removesuffix("Arn")),
            *design.across(size(place)),
        ]
        for place, task in _definitions(design).items()
    ]
    return table(["ファミリー", "用途", "タスクロール", *ENVIRONMENT_COLUMNS], rows)


def containers(design: Design) -> str:
    rows = []
    for place, task in _definitions(design).items():
        for container in task["ContainerDefinitions"]:
            command = " ".join(container.get("Command", [])) or NONE
            health = container.get("HealthCheck", {}).get("Interval")
            rows.append(
                [
                    code(place.stack.removeprefix("task-")),
                    code(container["Name"]),
                    code(_image(container)),
                    code(command) if command != NONE else NONE,
                    f"{health} 秒ごと" if health else NONE,
                    seconds(container["StopTimeout"]),
                    "読み取り専用" if container.get("ReadonlyRootFilesystem") else "書き込み可",
                    str(len(container.get("Secrets", [])) or "なし"),
                ]
            )
    head = ["タスク", "コンテナ", "イメージ", "コマンド（本番）", "生存確認", "停止の猶予"]
    return table([*head, "ルート FS", "秘密"], rows)


def _image(container: dict[str, Any]) -> str:
    image = container["Image"]
    given = image["Fn::Sub"][1]["Repository"] if isinstance(image, dict) else image
    return name_of(given).removesuffix("RepositoryUri").lower()


def instances(design: Design) -> str:
    """Of EC2, which a parameter brings."""

    def group(built: Built) -> str:
        found = built.find("service", "InstanceGroup")
        return f"{found['MinSize']}–{found['MaxSize']} 台" if found else "使わない"

    def kind(built: Built) -> str:
        found = built.find("service", "InstanceTemplate")
        return shown((found or {}).get("LaunchTemplateData", {}).get("InstanceType"))

    rows = [
        ["EC2 の台数", *design.across(group)],
        ["インスタンスタイプ", *design.across(kind)],
        [
            "非常用 SSH 鍵",
            *design.across(lambda b: "あり" if b.has("service", "SshKey") else "なし"),
        ],
        [
            "Container Insights",
            *design.across(_container_insights),
        ],
    ]
    return table(["項目", *ENVIRONMENT_COLUMNS], rows)


def _container_insights(built: Built) -> str:
    settings = [
        each["Value"]
        for _, cluster in built.of("AWS::ECS::Cluster")
        for each in cluster["ClusterSettings"]
        if each["Name"] == "containerInsights"
    ]
    return yes(bool(settings) and all(each != "disabled" for each in settings))


BLOCKS = {
    "load-balancer": load_balancer,
    "services": services,
    "tasks": tasks,
    "containers": containers,
    "instances": instances,
}
