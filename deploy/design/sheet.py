"""Where things stand on the picture, in SVG's units."""

from deploy.design.drawing import Box, spread

WIDTH = 1280
SIDE = Box(28, 0, 150, 0)
"""The column left of the VPC: what begins tasks, and the vault."""
VPC = Box(192, 0, 604, 0)
CELLS = list(spread(3, 207, 741, 24))
"""Of the three zones: (x, width)."""
GUTTER = CELLS[0][0] + CELLS[0][1] + 12
"""Between the first two zones: the way down for requests."""
STORE = Box(856, 0, 184, 0)
ASIDE = Box(1064, 0, 184, 0)
PUBLIC, PRIVATE, ISOLATED = "#fdf3dc", "#e9edf8", "#e4f2ec"
TINTS = {"公開": PUBLIC, "プライベート": PRIVATE, "隔離": ISOLATED}
CARD = 56
