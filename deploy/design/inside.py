"""The VPC on the picture: subnets in three zones, and what stands in them."""

from deploy.design.built import Built
from deploy.design.compute import CAPACITY
from deploy.design.drawing import GREEN, INDIGO, YELLOW, Box, Picture
from deploy.design.network import kind_of_list, subnet_kind
from deploy.design.sheet import CARD, CELLS, GUTTER, SIDE, TINTS, VPC
from deploy.design.wording import name_of


class Inside:
    """Draws it when it is made. `self._y` is where the next row begins.

    `way_in`: from where requests come. For who draws on: `bottom`, the cards on the edge
    (`outside`: the internet gateway; `endpoint`: S3's), `databases` by zone, and the `vault`.
    """

    def __init__(self, built: Built, picture: Picture, top: float, way_in: Box) -> None:
        self._built = built
        self._picture = picture
        self._way_in = way_in
        self.databases: dict[str, Box] = {}
        self.vault: Box | None = None
        self._draw(top)

    def _draw(self, top: float) -> None:
        self._y = top
        cidr = (self._built.find("network", "Vpc") or {})["CidrBlock"]
        self._y += 34
        for (x, width), letter in zip(CELLS, "acd", strict=True):
            self._picture.text(x + width / 2, self._y + 14, f"AZ {letter}", "small", "middle")
        self._y += 24
        rows = [self._alb_kind(), self._task_kind(), *TINTS]
        kinds = list(dict.fromkeys(rows))
        if self._alb_kind() == self._task_kind():
            kinds = sorted(TINTS, key=lambda kind: (kind == "隔離", kind == self._alb_kind()))
        for kind in [*(k for k in kinds if k != "隔離"), "隔離"]:
            self._subnets(kind)
        vpc = Box(VPC.x, top, VPC.width, self._y - top + 6)
        self._picture.frame(vpc, f"VPC {cidr}", INDIGO)
        self.bottom = vpc.bottom

    def _alb_kind(self) -> str:
        return kind_of_list(self._built.output("network", "AlbSubnets"))

    def _task_kind(self) -> str:
        return kind_of_list(self._built.output("network", "TaskSubnets"))

    def _subnets(self, kind: str) -> None:
        """One row of subnets, and what stands in it."""
        top = self._y
        names = [
            name
            for name, resource in self._built.stacks["network"].resources.items()
            if resource["Type"] == "AWS::EC2::Subnet" and subnet_kind(name) == kind
        ]
        self._y += 46
        self._row(kind)
        self._y += 10
        for (x, width), name in zip(CELLS, names, strict=True):
            box = Box(x - 8, top, width + 16, self._y - top)
            self._picture.panel(box, TINTS[kind])
            cidr = (self._built.find("network", name) or {})["CidrBlock"]
            self._picture.text(box.x + 10, top + 18, f"{kind}サブネット", "small")
            self._picture.text(box.x + 10, top + 35, cidr, "small")
        self._y += 12

    def _row(self, kind: str) -> None:
        empty = self._y
        gateways = [
            name_of(p["SubnetId"])[-1].lower() for _, p in self._built.of("AWS::EC2::NatGateway")
        ]
        if kind == "公開" and gateways:
            for (x, width), letter in zip(CELLS, "acd", strict=True):
                if letter in gateways:
                    card = Box(x, self._y, width, 40)
                    self._picture.card(card, f"NAT ゲートウェイ {letter}", [], YELLOW)
            self._y += 46
        if kind == "公開":
            self.outside = self._border("IGW", empty)
        if kind == "プライベート" and self._task_kind() != kind:
            self.endpoint = self._border("S3 EP", empty - 8)
        if self._alb_kind() == kind:
            self._balancer()
        if self._task_kind() == kind:
            self._cluster()
        if kind == "隔離":
            self._database()
        if self._y == empty:
            self._y += 8

    def _border(self, name: str, y: float) -> Box:
        """A card on the VPC's right edge."""
        card = Box(VPC.right - 50, y, 76, 40)
        self._picture.card(card, name, [], YELLOW)
        return card

    def _balancer(self) -> None:
        internal = (self._built.find("service", "Alb") or {})["Scheme"] == "internal"
        lines = ["内部。CloudFront からのみ" if internal else "インターネット公開（443・80）"]
        if self._built.has("service", "Certificate"):
            lines = [f"{lines[0]}。TLS は ACM の証明書"]
        self._alb = Box(CELLS[0][0], self._y, CELLS[2][0] + CELLS[2][1] - CELLS[0][0], CARD)
        self._picture.card(self._alb, "ALB", lines, INDIGO)
        self._picture.arrow([(GUTTER, self._way_in.bottom), (GUTTER, self._alb.y)])
        self._y = self._alb.bottom + 30

    def _cluster(self) -> None:
        services = [
            (name, properties["ServiceName"], properties)
            for (stack, name), properties in self._built.of("AWS::ECS::Service")
            if stack == "service"
        ]
        frame = Box(self._alb.x, self._y, self._alb.width, 34 + len(services) * 50 + 2)
        self._picture.frame(frame, "ECS クラスター（ARM64）", INDIGO, "#f6f8fd")
        self._picture.arrow([(GUTTER, self._alb.bottom), (GUTTER, frame.y)])
        self._picture.note(GUTTER + 10, self._alb.bottom + 20, "HTTP 8000（web のみ）")
        if self._task_kind() == "プライベート":
            self.endpoint = self._border("S3 EP", frame.y + 40)
        y = frame.y + 34
        for logical, name, properties in services:
            box = Box(frame.x + 12, y, frame.width - 24, 42)
            self._picture.card(box, self._service_name(logical, name, properties), [], INDIGO)
            y += 50
        self._ecs = frame
        self._scheduler()
        self._y = frame.bottom

    def _service_name(self, logical: str, name: str, properties: dict[str, object]) -> str:
        what = {"web": "ページ", "worker": "裏の仕事", "media": "動画の変換"}.get(name, "")
        strategy = properties["CapacityProviderStrategy"]
        provider = name_of(strategy[0]["CapacityProvider"])  # type: ignore[index]
        target = self._built.find("scaling", f"{logical}Target") or {}
        floors = [each["ScalableTargetAction"] for each in target.get("ScheduledActions", [])]
        least = min(int(each["MinCapacity"]) for each in floors)
        most = max(int(each["MaxCapacity"]) for each in floors)
        count = f"{least}–{most} 個" if least != most else f"{most} 個"
        return f"{name}（{what}）　{count}　{CAPACITY.get(provider, provider)}"

    def _scheduler(self) -> None:
        if not self._built.has("service", "Nightly"):
            return
        card = Box(SIDE.x, self._ecs.y + 24, SIDE.width, CARD + 18)
        self._picture.card(card, "EventBridge", ["Scheduler", "夜の処理を起動"], INDIGO)
        self._picture.arrow([(card.right, card.centre), (self._ecs.x, card.centre)], "quiet")

    def _database(self) -> None:
        cells = dict(zip("acd", CELLS, strict=True))
        found: dict[str, list[str]] = {}
        for (stack, name), properties in self._built.of("AWS::RDS::DBInstance"):
            if stack == "data":
                letter = properties["AvailabilityZone"][-1]
                found.setdefault(letter, []).append("ライター" if name == "Writer" else "リーダー")
        engine = (self._built.find("data", "Cluster") or {})["Engine"]
        kind = {"aurora-mysql": "Aurora MySQL", "aurora-postgresql": "Aurora PostgreSQL"}[engine]
        tallest = 0.0
        for letter, roles in found.items():
            x, width = cells[letter]
            for number, role in enumerate(roles):
                box = Box(x, self._y + number * (CARD + 8), width, CARD)
                name = role if len(roles) == 1 or number == 0 else f"{role} {letter}"
                self._picture.card(box, f"{name}（{letter}）", [kind], GREEN)
                tallest = max(tallest, box.bottom)
                self.databases.setdefault(letter, box)
                if number == 0:
                    verb = "読み書き" if role == "ライター" else "読み取り"
                    down = box.right - 24
                    self._picture.arrow([(down, self._ecs.bottom), (down, box.y)])
                    self._picture.note(down - 8, self._ecs.bottom + 17, verb, anchor="end")
        self._y = tallest
        self._vault()

    def _vault(self) -> None:
        if not self._built.has("data", "BackupPlan"):
            return
        writer = self.databases["a"]
        self.vault = Box(SIDE.x, writer.y, SIDE.width, CARD)
        self._picture.card(self.vault, "AWS Backup", ["週 1 回取得"], GREEN)
        self._picture.arrow([(writer.x, writer.centre), (self.vault.right, writer.centre)], "quiet")
