"""The picture of an environment. Each card stands there because a resource of a template exists."""

from deploy.design.built import NAMES, Built
from deploy.design.drawing import GREEN, INDIGO, RED, YELLOW, Box, Picture
from deploy.design.inside import Inside
from deploy.design.sheet import ASIDE, CARD, CELLS, GUTTER, SIDE, STORE, WIDTH
from deploy.design.watching import alarm_count


def picture(built: Built) -> Picture:
    return _Drawing(built).done()


class _Drawing:
    """Drawn from top to bottom; `self._y` is where the next row begins."""

    def __init__(self, built: Built) -> None:
        self._built = built
        name = NAMES[built.name]
        self._picture = Picture(
            WIDTH,
            f"{name}環境（{built.name}）の構成図",
            f"{name}環境にある AWS の資源と通信の流れ。",
        )
        self._y: float = 0
        self._pages = built.has("edge", "PagesDistribution")
        self._osaka = [place for place in built.stacks if place.startswith("osaka")]

    def done(self) -> Picture:
        self._heading()
        self._people()
        self._edge()
        self._tokyo()
        if self._osaka:
            self._second_region()
        self._legend()
        self._picture.height = self._y
        return self._picture

    # --- What is above the region ------------------------------------------------------------
    def _heading(self) -> None:
        self._picture.text(32, 46, self._picture.title, "title")
        self._picture.text(
            WIDTH - 32, 46, "deploy/stacks から作図（make design）", "small", anchor="end"
        )
        self._y = 76

    def _people(self) -> None:
        self._users = Box(CELLS[0][0], self._y, 534, CARD)
        self._picture.card(
            self._users, "利用者のブラウザ", ["生徒・講師・保護者・運営（校舎や自宅の PC）"], YELLOW
        )
        if self._built.has("cicd", "DeployRole"):
            self._github = Box(ASIDE.x, self._y, ASIDE.width, CARD)
            self._picture.card(self._github, "GitHub Actions", ["OIDC。鍵を保存しない"], YELLOW)
        self._y += CARD

    def _edge(self) -> None:
        top = self._y + 44
        names = [p["Name"] for _, p in self._built.of("AWS::Route53::RecordSet")]
        frame = Box(16, top, STORE.right, 108)
        title = "グローバル（us-east-1 で適用）" if self._pages else "グローバル"
        self._picture.frame(frame, title, name_ends=STORE.middle - 14)
        row = top + 36
        if names:
            dns = Box(SIDE.x, row, SIDE.width, CARD)
            self._picture.card(dns, "Route 53", ["DNS"], INDIGO)
            self._picture.arrow(
                [
                    (self._users.x, self._users.centre),
                    (dns.middle, self._users.centre),
                    (dns.middle, dns.y),
                ],
                "quiet",
            )
            self._picture.note(dns.middle + 10, self._users.centre - 8, "名前解決", "copy")
        self._pages_card(row)
        self._material_card(row)
        self._y = frame.bottom

    def _pages_card(self, row: float) -> None:
        if not self._pages:
            self._way_in = Box(GUTTER - 1, self._users.bottom, 2, 0)
            return
        pages = Box(GUTTER - 94, row, 188, CARD)
        self._picture.card(pages, "CloudFront", ["ページ・静的ファイル"], INDIGO)
        self._picture.arrow([(GUTTER, self._users.bottom), (GUTTER, pages.y)])
        self._picture.note(GUTTER + 10, self._users.bottom + 24, "HTTPS")
        self._way_in = pages
        beside = Box(pages.right + 28, row, 190, CARD)
        if self._built.has("edge", "WebAcl"):
            count = len((self._built.find("edge", "WebAcl") or {})["Rules"])
            self._picture.card(beside, "WAF", [f"規則 {count} 本、回数制限を含む"], RED)
        elif self._built.has("edge", "OpeningHours"):
            self._picture.card(beside, "CloudFront Functions", ["閉館中の案内を返す"], INDIGO)
        else:
            return
        self._picture.arrow([(beside.x, beside.centre), (pages.right, beside.centre)], "quiet")

    def _material_card(self, row: float) -> None:
        self._material: Box | None = None
        if not self._built.has("edge", "MaterialDistribution"):
            return
        self._material = Box(STORE.x, row, STORE.width, CARD)
        self._picture.card(self._material, "CloudFront（教材）", ["署名付きリンクのみ"], INDIGO)
        self._picture.arrow(
            [
                (self._users.right, self._users.centre),
                (self._material.middle, self._users.centre),
                (self._material.middle, self._material.y),
            ]
        )
        self._picture.note(self._users.right + 14, self._users.centre - 8, "動画・PDF")

    # --- Tokyo -------------------------------------------------------------------------------
    def _tokyo(self) -> None:
        top = self._y + 28
        self._region_top = top
        self._y = top + 44
        self._vpc = Inside(self._built, self._picture, self._y, self._way_in)
        self._y = self._vpc.bottom
        if self._pages:
            self._picture.note(GUTTER + 10, top + 24, "VPC オリジン（HTTPS）")
        else:
            self._picture.note(GUTTER + 10, self._users.bottom + 24, "HTTPS")
        self._stores(top + 44)
        self._aside(top + 44)
        region = Box(16, top, WIDTH - 32, self._y + 16 - top)
        self._picture.frame(region, "東京リージョン（ap-northeast-1）")
        self._y = region.bottom

    # --- Beside the VPC ----------------------------------------------------------------------
    def _stores(self, top: float) -> None:
        cards = [
            ("storage", "MaterialBucket", "教材バケット", ["動画・PDF・提出物"], GREEN),
            ("storage", "ScanPlan", "GuardDuty", ["アップロードの検査"], RED),
            ("storage", "LogBucket", "ログバケット", ["サイト・ALB のログ"], GREEN),
            ("storage", "BackupBucket", "バックアップバケット", ["手で取る控え"], GREEN),
        ]
        apart = self._vpc.endpoint.y > self._vpc.outside.bottom
        if apart:
            top = max(top, self._vpc.endpoint.centre - 110)
        self._s3 = self._column(STORE, top, "S3", cards)
        if self._material:
            self._picture.arrow([(STORE.middle, self._material.bottom), (STORE.middle, top + 34)])
            self._picture.note(STORE.middle + 10, self._region_top + 24, "OAC")
        self._picture.arrow(
            [
                (self._vpc.endpoint.right, self._vpc.endpoint.centre),
                (self._s3.x, self._vpc.endpoint.centre),
            ]
        )

    def _ways_out(self, aside: Box) -> None:
        level = self._vpc.outside.centre
        if self._s3.y < level < self._s3.bottom:
            return
        self._picture.arrow([(self._vpc.outside.right, level), (aside.x, level)], "quiet")
        self._picture.note(self._vpc.outside.right + 8, level - 8, "AWS の API", "copy")

    def _aside(self, top: float) -> None:
        count = alarm_count(self._built)
        cards = [
            ("storage", "SiteRepository", "ECR", ["site・worker・logs"], INDIGO),
            ("access", "DjangoSecret", "Secrets Manager", ["鍵・パスワード"], RED),
            ("ops", "AlarmTopic", "CloudWatch・SNS", [f"アラーム {count} 件、メール"], YELLOW),
            ("ops", "EveningDashboard", "ダッシュボード", ["夕方の様子を 1 枚に"], YELLOW),
            ("ops", "Questions", "Athena・Glue", ["ログの検索"], GREEN),
            ("ops", "MonthlyBudget", "Budgets", ["予算の通知"], YELLOW),
        ]
        box = self._column(ASIDE, top, "管理・監視", cards)
        if self._built.has("cicd", "DeployRole"):
            self._picture.arrow([(ASIDE.middle, self._github.bottom), (ASIDE.middle, top + 34)])
            self._picture.note(ASIDE.middle + 10, self._github.bottom + 24, "リリース")
        self._ways_out(box)
        self._y = max(self._y, self._s3.bottom, box.bottom)

    def _column(
        self, column: Box, top: float, name: str, cards: list[tuple[str, str, str, list[str], str]]
    ) -> Box:
        there = [each for each in cards if self._built.has(each[0], each[1])]
        box = Box(column.x - 10, top, column.width + 20, 40 + len(there) * (CARD + 12))
        self._picture.frame(box, name)
        y = top + 34
        for _, _, title, lines, colour in there:
            self._picture.card(Box(column.x, y, column.width, CARD), title, lines, colour)
            y += CARD + 12
        return box

    # --- Osaka -------------------------------------------------------------------------------
    def _second_region(self) -> None:
        top = self._y + 52
        frame = Box(16, top, WIDTH - 32, 116)
        self._picture.frame(frame, "大阪リージョン（ap-northeast-3）", name_ends=WIDTH - 32)
        row = top + 42
        if self._built.has("osaka", "Vault") and self._vpc.vault:
            vault = Box(SIDE.x, row, SIDE.width, CARD)
            self._picture.card(vault, "保管庫", ["スナップショット"], GREEN)
            self._down(self._vpc.vault, vault, "週 1 回")
        if self._built.has("osaka-database", "Cluster"):
            x, width = CELLS[0]
            box = Box(x, row, width * 2 + 24, CARD)
            running = self._built.has("osaka-database", "Instance")
            line = "複製。インスタンスあり" if running else "複製。ふだんは保管のみ"
            self._picture.card(box, "Aurora（Global Database）", [line], GREEN)
            writer = self._vpc.databases["a"]
            self._picture.arrow([(writer.middle, writer.bottom), (writer.middle, box.y)], "quiet")
            self._picture.note(writer.middle + 10, top - 18, "非同期の複製", "copy")
        if self._built.has("osaka", "MaterialReplica"):
            box = Box(STORE.x, row, STORE.width, CARD)
            self._picture.card(box, "バケットの複製", ["教材・バックアップ"], GREEN)
            self._down(self._s3, box, "非同期の複製")
        self._y = frame.bottom

    def _down(self, upper: Box, lower: Box, words: str) -> None:
        self._picture.arrow([(lower.middle, upper.bottom), (lower.middle, lower.y)], "quiet")
        self._picture.note(lower.middle + 10, self._y + 34, words, "copy")

    def _legend(self) -> None:
        y = self._y + 40
        self._picture.arrow([(32, y - 5), (72, y - 5)])
        self._picture.text(82, y, "利用者の要求とデータの読み書き", "small")
        self._picture.arrow([(312, y - 5), (352, y - 5)], "quiet")
        self._picture.text(362, y, "起動・複製・付随する動作", "small")
        self._picture.text(
            WIDTH - 32,
            y,
            "S3 EP：S3 ゲートウェイエンドポイント　IGW：インターネットゲートウェイ",
            "small",
            "end",
        )
        y += 30
        for number, (colour, words) in enumerate(KINDS.items()):
            self._picture.swatch(32 + number * 200, y, colour, words)
        self._y = y + 24


KINDS = {
    INDIGO: "配信・計算・起動",
    GREEN: "データ",
    RED: "防御・秘密",
    YELLOW: "外部・出入口・監視",
}
