"""Boxes, frames and arrows as SVG, in the site's colours (DESIGN, "The look")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

PAPER, CARD, INK, SECOND = "#faf9f6", "#fff", "#1f2633", "#5b6474"
FRAME = "#cfcabf"
"""The line colour, darker, for on paper it must be seen."""
INDIGO, GREEN, YELLOW, RED = "#26418f", "#2f8f6b", "#e8a317", "#c8452f"
STYLE = f"""
text {{ font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif;
  font-size: 14px; fill: {INK}; }}
.title {{ font-size: 24px; font-weight: 700; }}
.name {{ font-size: 15px; font-weight: 700; }}
.small {{ font-size: 13px; fill: {SECOND}; }}
.frame-name {{ font-size: 15px; font-weight: 700; fill: {SECOND}; }}
.note {{ font-size: 13px; fill: {INDIGO}; }}
.copy {{ fill: {SECOND}; }}
.request {{ stroke: {INDIGO}; stroke-width: 2; fill: none; }}
.quiet {{ stroke: {SECOND}; stroke-width: 1.6; fill: none; stroke-dasharray: 6 4; }}
"""


@dataclass(frozen=True)
class Box:
    """A rectangle; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def centre(self) -> float:
        return self.y + self.height / 2


Point = tuple[float, float]


@dataclass
class Picture:
    """`boxes` and `arrows` are kept for those who check that none crosses another."""

    width: int
    title: str
    description: str
    height: float = 0
    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: list[list[Point]] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _above: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, style: str = "", anchor: str = "start") -> None:
        kind = f' class="{style}"' if style else ""
        where = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self._above.append(f'<text x="{x:g}" y="{y:g}"{kind}{where}>{escape(words)}</text>')

    def frame(
        self, box: Box, name: str, stroke: str = FRAME, fill: str = "none", name_ends: float = 0
    ) -> None:
        """What holds other things, drawn behind; its name at the upper left, or ending there."""
        self._parts.insert(0, _rectangle(box, fill, stroke, 1.5, 14))
        where, anchor = (name_ends, "end") if name_ends else (box.x + 16, "start")
        self.text(where, box.y + 24, name, "frame-name", anchor)

    def panel(self, box: Box, fill: str) -> None:
        """A ground behind all that was drawn."""
        self._parts.insert(0, _rectangle(box, fill, "none", 0, 8))

    def card(self, box: Box, name: str, lines: Sequence[str] = (), colour: str = INDIGO) -> None:
        """A thing: its name, up to three lines about it, and its kind's colour at the left."""
        self.boxes[name] = box
        self._parts.append(_rectangle(box, CARD, FRAME, 1, 10))
        self._parts.append(
            f'<rect x="{box.x + 6:g}" y="{box.y + 9:g}" width="4" height="{box.height - 18:g}" '
            f'rx="2" fill="{colour}"/>'
        )
        top = box.centre - 18 * len(lines) / 2 + 5
        self.text(box.x + 18, top, name, "name")
        for number, line in enumerate(lines):
            self.text(box.x + 18, top + 18 * (number + 1), line, "small")

    def swatch(self, x: float, y: float, colour: str, words: str) -> None:
        """What a colour means."""
        self._parts.append(_rectangle(Box(x, y - 12, 5, 16), colour, "none", 0, 2))
        self.text(x + 14, y, words, "small")

    def arrow(self, points: Sequence[Point], kind: str = "request") -> None:
        """From the first point to the last, with a head there; corners are right angles."""
        self.arrows.append(list(points))
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._parts.append(
            f'<polyline class="{kind}" points="{path}" marker-end="url(#head-{kind})"/>'
        )

    def note(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        """What an arrow carries."""
        self.text(x, y, words, f"note {kind}".strip(), anchor)

    def svg(self) -> str:
        heads = "".join(
            f'<marker id="head-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" '
            f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0 10 5 0 10z" fill="{colour}"/></marker>'
            for kind, colour in (("request", INDIGO), ("quiet", SECOND))
        )
        return "\n".join(
            [
                '<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="ja" '
                f'viewBox="0 0 {self.width} {self.height:g}" '
                f'width="{self.width}" height="{self.height:g}" '
                'aria-labelledby="title description">',
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="description">{escape(self.description)}</desc>',
                f"<style>{STYLE}</style>",
                f"<defs>{heads}</defs>",
                f'<rect width="{self.width}" height="{self.height:g}" fill="{PAPER}"/>',
                *self._parts,
                *self._above,
                "</svg>\n",
            ]
        )


def _rectangle(box: Box, fill: str, stroke: str, width: float, radius: float) -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def crossings(picture: Picture) -> list[str]:
    """Arrows that run through a card, which none may; each as a sentence."""
    return [
        f"An arrow from {points[0]} runs through {name}"
        for points in picture.arrows
        for name, box in picture.boxes.items()
        if any(_through(start, end, box) for start, end in pairwise(points))
    ]


def overlaps(picture: Picture) -> list[str]:
    """Cards that lie on one another."""
    found = list(picture.boxes.items())
    return [
        f"{name} lies on {other}"
        for number, (name, box) in enumerate(found)
        for other, other_box in found[number + 1 :]
        if _meet(box, other_box)
    ]


def _meet(one: Box, two: Box) -> bool:
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def _through(start: Point, end: Point, box: Box) -> bool:
    """Whether a level or upright line has a point inside the box; its edge does not count."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return (
        left < box.right - 1 and right > box.x + 1 and top < box.bottom - 1 and bottom > box.y + 1
    )


def spread(count: int, start: float, end: float, gap: float) -> Iterable[tuple[float, float]]:
    """Places for `count` equal things between two ends: (from, width)."""
    size = (end - start - gap * (count - 1)) / count
    for number in range(count):
        yield start + number * (size + gap), size
