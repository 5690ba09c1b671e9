"""The document as one HTML file, to be read in a browser and printed on A4."""

import re
from html import escape

from markdown_it import MarkdownIt

from deploy.design.document import HERE, PICTURES, anchor

STYLE = """
@page { size: A4 portrait; margin: 16mm 15mm 18mm; @bottom-center {
  content: counter(page) " / " counter(pages); font: 9pt "Noto Sans CJK JP", sans-serif; } }
@page wide { size: A4 landscape; margin: 14mm 14mm 16mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px; max-width: 1160px; background: #faf9f6; color: #1f2633;
  font: 15px/1.7 "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif; }
section { margin: 0 0 24px; padding: 8px 32px 24px; background: #fff; border: 1px solid #e6e3dc;
  border-radius: 12px; }
h1 { font-size: 28px; margin: 56px 0 40px; }
h2 { font-size: 24px; margin: 24px 0 16px; padding-bottom: 6px; border-bottom: 2px solid #26418f; }
h3 { font-size: 17px; margin: 28px 0 10px; }
p, ul, ol { margin: 10px 0; }
a { color: #26418f; }
code { font: 0.92em "Noto Sans Mono CJK JP", ui-monospace, monospace; overflow-wrap: break-word; }
.table { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.5;
  font-variant-numeric: tabular-nums; }
th, td { border: 1px solid #cfcabf; padding: 5px 8px; text-align: left; vertical-align: top; }
th { background: #eef0f6; white-space: nowrap; }
td:first-child code { white-space: nowrap; }
.tick { text-align: center; }
.cover table { width: 30em; max-width: 100%; font-size: 15px; }
.cover thead { display: none; }
.cover td:first-child { background: #eef0f6; width: 9em; }
.cover td { height: 2.6em; vertical-align: middle; }
.contents ul { list-style: none; padding: 0; columns: 2; }
figure, img, svg { max-width: 100%; height: auto; }
@media print {
  body { max-width: none; padding: 0; background: none; font-size: 9pt; line-height: 1.6; }
  section { border: 0; padding: 0; margin: 0; break-before: page; }
  section.cover { break-before: auto; }
  section.wide { page: wide; }
  h1 { font-size: 24pt; margin: 60mm 0 24mm; }
  h2 { font-size: 15pt; margin: 0 0 4mm; }
  h3 { font-size: 11pt; break-after: avoid; }
  .table { overflow: visible; }
  table { font-size: 7.5pt; line-height: 1.4; }
  th, td { padding: 1mm 1.5mm; }
  .cover table { font-size: 10pt; }
  thead { display: table-header-group; }
  tr, svg { break-inside: avoid; }
  .table:not(:has(tbody tr:nth-child(10))) { break-inside: avoid; }
  p:has(+ .table) { break-after: avoid; }
  p:has(> svg) { break-inside: avoid; }
  svg { max-height: 225mm; }
  a { color: inherit; text-decoration: none; }
}
"""
TICKS = re.compile(r"(?:<td>[○－](?:（[^<]*）)?</td>\s*){4}(?=</tr>)")
"""A row's cells for the four environments, where they say whether something is there."""
WIDE = {"4", "5", "12", "13", "15"}
"""Chapters whose tables want a page that lies on its side."""


def page(text: str, pictures: dict[str, str]) -> str:
    """`pictures`: SVG by the name of its file."""
    made = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    made = re.sub(
        r'<img src="([^"]+\.svg)"[^>]*>', lambda found: _alone(pictures[found[1]], found[1]), made
    )
    made = made.replace("<table>", '<div class="table"><table>')
    made = made.replace("</table>", "</table></div>")
    made = TICKS.sub(lambda found: found[0].replace("<td>", '<td class="tick">'), made)
    title = re.search(r"<h1>(.*?)</h1>", made)
    return (
        '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title[1] if title else ''}</title><style>{STYLE}</style></head>\n"
        f"<body>\n{_sections(made)}</body></html>\n"
    )


def _alone(svg: str, name: str) -> str:
    """With ids and classes of its own, as several stand in one page."""
    own = name.removesuffix(".svg")
    svg = re.sub(r'id="([a-z-]+)"', rf'id="{own}-\1"', svg)
    svg = re.sub(r"url\(#([a-z-]+)\)", rf"url(#{own}-\1)", svg)
    svg = svg.replace('"title description"', f'"{own}-title {own}-description"')
    return re.sub(r"\n+", "\n", svg).replace("text {", "svg text {")


def _sections(made: str) -> str:
    cover, *chapters = re.split(r"(?=<h2>)", made)
    parts = [f'<section class="cover">\n{cover}</section>\n']
    for chapter in chapters:
        heading = re.match(r"<h2>(.*?)</h2>", chapter)
        words = re.sub(r"<[^>]+>", "", heading[1] if heading else "")
        number = words.split(".")[0]
        kind = "wide" if number in WIDE else "" if number.isdigit() else "contents"
        made = chapter.replace("<h2>", f'<h2 id="{escape(anchor(words))}">', 1)
        parts.append(f'<section class="{kind}">\n{made}</section>\n')
    return "".join(parts)


def pictures() -> dict[str, str]:
    """Those that are committed, by their files' names."""
    return {path.name: (HERE / path.name).read_text() for path in PICTURES.values()}
