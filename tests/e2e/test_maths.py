"""Formulas as they stand on the page: the maths font is there, and brackets stretch."""

NOTE = r"""
$$
\begin{pmatrix} 1 \\ 2 \\ 3 \\ 4 \end{pmatrix}
\begin{cases} x + y = 12 \\ \frac{x}{4} + \frac{y}{6} = 2 \\ x - y = 0 \end{cases}
\left(\frac{\frac{a}{b}}{c}\right)
$$
"""

MEASURE = """() => {
    const size = parseFloat(getComputedStyle(document.querySelector(".note math")).fontSize);
    return [...document.querySelectorAll(".note mo")]
        .filter((each) => ["(", ")", "{"].includes(each.textContent.trim()))
        .map((each) => each.getBoundingClientRect().height / size);
}"""


def test_brackets_are_as_tall_as_what_they_hold(juku, visit):
    juku.note.note.body = NOTE
    juku.note.note.save(update_fields=["body"])
    visitor = visit()
    visitor.sign_in("haruna")
    page = visitor.go(f"/activities/{juku.note.pk}/")
    page.evaluate("document.fonts.ready")

    assert page.evaluate("document.fonts.check('16px \"STIX Two Math\"')")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    )
    assert [family.strip('"') for family in loaded] == ["STIX Two Math"]
    heights = page.evaluate(MEASURE)
    assert len(heights) == 5, heights
    assert min(heights) > 2, heights
    assert max(heights) > 4, heights
