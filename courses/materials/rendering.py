"""A note's Markdown as safe HTML: tables, maths as MathML, furigana as <ruby>. Pure.

Two walls against whatever a note may hold: the parser knows no HTML and lets only known
addresses through, and what comes out is sanitised against a list of what notes are made of.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courses.materials.maths import MathsError, mathml

# ｜漢字《かんじ》, as Aozora Bunko writes it: https://www.aozora.gr.jp/annotation/etc.html#ruby
RUBY = re.compile(r"[｜|](?=\S)([^｜|《》\n]{1,50})(?<=\S)《([^《》\n]{1,100})》")
PICTURE = re.compile(r"/files/[0-9a-f-]{36}/[^/?#\\]+")
EXTERNAL = re.compile(r"https?://", re.IGNORECASE)
# Whatever stands before a colon in the first segment might be read as a scheme by somebody.
SCHEME = re.compile(r"[^/?#]*?:")

MATHML_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"),
    *("mprescripts", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"),
}
TAGS = MATHML_TAGS | {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "blockquote"),
    *("ul", "ol", "li", "code", "pre", "a", "img", "ruby", "rp", "rt", "div", "span"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": {"displaystyle", "scriptlevel"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        *("stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize", "symmetric"),
        *("movablelimits", "accent", "separator", "largeop"),
    },
    "mspace": {"width", "height", "depth", "linebreak"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"rowspacing", "columnspacing", "columnalign"},
    "menclose": {"notation"},
}
CLASSES = {
    "span": {"math", "inline"},
    "div": {"math", "block"},
    "code": {"maths-error"},
    "table": {"table"},
    "th": {"align-left", "align-center", "align-right"},
    "td": {"align-left", "align-center", "align-right"},
    "mtable": {"cases", "ams-align"},
    "mrow": {"mathscr"},
    "mi": {"capital-greek"},
}


def render_note(source: str) -> str:
    """HTML of a note, fit to be marked safe; headings start at h2, below the page's own."""
    html = _parser().render(source)
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter_attribute,
        allowed_classes=CLASSES,
        tag_attribute_values={"a": {"target": {"_blank"}}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


@cache
def _parser() -> MarkdownIt:
    # A teacher's Enter is a new line: a space there would show in Japanese text.
    md = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    md.enable(["table", "strikethrough"])
    md.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
        renderer=_render_maths,
    )
    md.inline.ruler.before("escape", "ruby", _ruby_rule)
    for mark in "｜|":
        md.inline.add_terminator_char(mark)
    md.core.ruler.push("note_shape", _shape)
    md.add_render_rule("ruby", _render_ruby)
    md.add_render_rule("math_inline_double", _render_double)
    md.validateLink = _is_link_allowed  # type: ignore[method-assign]
    return md


def _is_link_allowed(url: str) -> bool:
    """http, https and mailto, or an address of this site; nothing that changes the host."""
    url = url.strip()
    if url.startswith(("//", "\\", "/\\")):
        return False
    scheme = SCHEME.match(url)
    return scheme is None or scheme.group().lower() in ("http:", "https:", "mailto:")


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src" and not PICTURE.fullmatch(value):
        return None
    if tag == "a" and name == "href" and not _is_link_allowed(value):
        return None
    return value


def _render_maths(source: str, options: dict[str, Any]) -> str:
    try:
        return mathml(source, block=options["display_mode"])
    except MathsError as error:
        return f'<code class="maths-error">{escape(source)}</code> {escape(str(error))}'


def _render_double(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    # The plugin's own <div> would break the paragraph that it stands in.
    drawn = _render_maths(tokens[index].content, {"display_mode": True})
    return f'<span class="math inline">{drawn}</span>'


def _ruby_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "｜|":
        return False
    found = RUBY.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("ruby", "ruby", 0)
        token.content, token.info = found.groups()
    state.pos = found.end()
    return True


def _render_ruby(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    base, reading = escape(tokens[index].content), escape(tokens[index].info)
    return f"<ruby>{base}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"


def _shape(state: StateCore) -> None:
    """What the parser's own HTML lacks: heading levels, classes in place of styles, targets."""
    _level_headings([token for token in state.tokens if token.type.startswith("heading_")])
    for token, content, close in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if token.type == "th_open" and content.type == "inline" and not content.content:
            # An empty corner heads nothing, and a screen reader would announce it as if it did.
            token.tag = close.tag = "td"
    for token in state.tokens:
        style = str(token.attrs.pop("style", ""))
        if style.startswith("text-align:"):
            token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
        if token.type == "table_open":
            token.attrSet("class", "table")
        for child in token.children or ():
            if child.type == "link_open" and EXTERNAL.match(str(child.attrs.get("href", ""))):
                child.attrSet("target", "_blank")
            if child.type == "image" and not PICTURE.fullmatch(str(child.attrs.get("src", ""))):
                child.type, child.tag = "text", ""
                child.content += _("（画像は、この講座にアップロードしたものだけを表示できます。）")


def _level_headings(tokens: Sequence[Token]) -> None:
    """Nest headings from h2 on without a gap, whatever levels the note begins or jumps to."""
    nest: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while nest and nest[-1] >= level:
                nest.pop()
            nest.append(level)
        token.tag = f"h{min(len(nest) + 1, 6)}"
