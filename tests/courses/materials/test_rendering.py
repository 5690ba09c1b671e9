"""How a note reads."""

import pytest

from courses.materials.rendering import render_note

PICTURE = "/files/12345678-1234-1234-1234-123456789012/%E5%9B%B3.png"


@pytest.mark.parametrize("bar", ["｜", "|"])
def test_furigana_becomes_ruby(bar):
    html = render_note(f"速さの{bar}関係《かんけい》から")
    assert "<ruby>関係<rp>（</rp><rt>かんけい</rt><rp>）</rp></ruby>" in html


def test_a_bar_without_reading_stays_a_bar():
    assert "A｜B と |C| と 《注》" in render_note("A｜B と |C| と 《注》")


def test_furigana_works_inside_emphasis_tables_and_headings():
    html = render_note(
        "## ｜関係《かんけい》\n\n**｜単位《たんい》**\n\n| ｜速《はや》さ |\n| --- |\n| 40 |"
    )
    assert html.count("<ruby>") == 3


def test_inline_and_block_maths():
    html = render_note("式 $x + y = 12$ を\n\n$$\n\\frac{1}{2}\n$$\n")
    assert '<span class="math inline"><math>' in html
    assert '<math display="block">' in html
    assert "<mfrac>" in html


def test_money_is_not_maths():
    assert "<math" not in render_note("りんごは 100$ で、みかんは 200$ です。A$ と $B です。")


def test_display_maths_in_a_sentence_stays_in_its_paragraph():
    html = render_note("式は $$x = 6$$ です。")
    assert html.count("<p>") == 1
    assert '<math display="block">' in html


def test_a_formula_that_breaks_off_shows_its_source_and_a_hint():
    html = render_note(r"$\frac{1}{<b>}$ と $\frac$")
    assert '<code class="maths-error">\\frac</code>' in html
    assert "確かめてください" in html
    assert "<b>" not in html


def test_a_line_break_is_a_line_break():
    assert "一行目<br>\n二行目" in render_note("一行目\n二行目")


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# あ\n\n## い\n\n# う", ["h2", "h3", "h2"]),
        ("## あ\n\n## い\n\n### う", ["h2", "h2", "h3"]),
        ("# あ\n\n#### い\n\n## う", ["h2", "h3", "h3"]),
        ("###### あ", ["h2"]),
    ],
)
def test_headings_begin_below_the_pages_own_and_skip_nothing(source, levels):
    html = render_note(source)
    found = [part[:2] for part in html.split("<") if part[:1] == "h" and part[1:2].isdigit()]
    assert found == levels


def test_table_columns_are_aligned_without_styles():
    html = render_note("| 速さ | 時間 |\n| :-: | --: |\n| 40 | 15 |")
    assert '<th class="align-center">' in html
    assert '<td class="align-right">' in html
    assert "style" not in html


def test_an_empty_corner_of_a_table_is_no_heading():
    html = render_note("|  | 速さ |\n| --- | --- |\n| 歩き | 40 |")
    assert html.count("<th>") == html.count("</th>") == 1
    assert html.count("<td>") == html.count("</td>") == 3


def test_links_out_open_apart_and_give_nothing_away():
    html = render_note("[外](https://example.com/) [内](/courses/) [便](mailto:a@example.com)")
    assert '<a href="https://example.com/" target="_blank" rel="noopener noreferrer">外</a>' in html
    assert '<a href="/courses/" rel="noopener noreferrer">内</a>' in html
    assert 'href="mailto:a@example.com"' in html


def test_pictures_come_from_our_own_files():
    assert f'<img src="{PICTURE}" alt="図">' in render_note(f"![図]({PICTURE})")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a.png",
        "/teach/courses/",
        "/files/../logout/",
        "a.png",
    ],
)
def test_pictures_from_elsewhere_are_named_and_not_loaded(address):
    html = render_note(f"![図]({address})")
    assert "<img" not in html
    assert "図（画像は" in html


def test_a_picture_from_an_address_that_hides_its_scheme_is_text():
    assert "<img" not in render_note("![図](//example.com/a.png)")


def test_html_is_text():
    assert "&lt;u&gt;下線&lt;/u&gt;" in render_note("<u>下線</u>")


def test_a_long_note_of_nothing_but_brackets_does_not_take_forever():
    for source in ("[" * 20_000, "![" * 20_000, "｜" * 50_000, "$a" * 20_000, "> " * 20_000):
        render_note(source)


def test_matrices_and_equations_survive_the_sanitiser():
    html = render_note(r"$$\begin{pmatrix}a & b\\c & d\end{pmatrix}\begin{cases}x\\y\end{cases}$$")
    assert html.count("<mtr>") == 4
    assert 'class="cases"' in html
