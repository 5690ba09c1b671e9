"""Formulas of a school, as MathML.

That brackets stretch around tall formulas is the font's doing (STIX Two Math, served as
static/fonts/) and can only be seen: looked at in Chromium with pmatrix, cases and
\\left(\\frac…\\right), at 100 % and zoomed.
"""

import random

import pytest

from courses.materials.maths import MAX_LENGTH, MathsError, mathml


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (r"\frac{1}{2}", "<mfrac>"),
        (r"\sqrt{2}", "<msqrt>"),
        (r"x^2", "<msup>"),
        (r"a_n", "<msub>"),
        (r"\overrightarrow{AB}", "<mover"),
        (r"\begin{pmatrix}a & b\\c & d\end{pmatrix}", "<mtable>"),
        (r"\begin{cases}x+y=12\\40x+60y=600\end{cases}", 'class="cases"'),
        (r"\begin{align}x&=6\\y&=6\end{align}", 'class="ams-align"'),
        (r"\begin{align*}x&=6\\y&=6\end{align*}", 'class="ams-align"'),
        (r"\triangle ABC \equiv \triangle DEF", "△"),
        (r"\angle ABC = 90^\circ", "∠"),
        (r"x \leqq 3", "≦"),
        (r"\sum_{k=1}^{n} k", "∑"),
        (r"\int_0^1 f(x)\,dx", "∫"),
        (r"\text{速さ} = \frac{\text{道のり}}{\text{時間}}", "速さ"),
    ],
)
def test_school_mathematics_is_drawn(source, part):
    drawn = mathml(source, block=True)
    assert drawn.startswith("<math")
    assert part in drawn


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"\frac", "読み取れませんでした"),
        (r"\frak{", "使えません"),
        (r"\href{javascript:alert(1)}{x}", r"\href は使えません"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "使えません"),
        ("", "空です"),
        ("x" * (MAX_LENGTH + 1), "長すぎます"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_teachers_words(source, said):
    with pytest.raises(MathsError, match=r"（.*）") as caught:
        mathml(source, block=False)
    assert said in str(caught.value)


PIECES = [
    *(r"\frac", "{", "}", r"\left", "(", r"\right", ")", "^", "_", "x", "&", r"\\", r"\sqrt", "["),
    *(r"\begin{matrix}", r"\end{matrix}", "]", r"\text", "\\", "|", r"\begin{cases}", r"\not"),
    *(r"\overline", "%", "#", r"\big", "あ", " ", r"\mathbb", "1", "'", r"\hspace", r"\limits"),
    *(r"\sum", r"\boldsymbol", r"\tag", r"\cfrac", r"\color", r"\stackrel", r"\middle", r"\pmod"),
]


@pytest.mark.parametrize("seed", range(20))
def test_no_formula_breaks_the_page(seed):
    rng = random.Random(seed)
    for _ in range(100):
        source = "".join(rng.choices(PIECES, k=rng.randint(1, 9)))
        try:
            assert "<math" in mathml(source, block=rng.random() < 0.5)
        except MathsError as error:
            assert str(error)  # noqa: PT017 - either outcome is fine
