"""TeX formulas as MathML. Pure.

docutils' converter knows the mathematics of schools and makes MathML Core, which browsers
draw by themselves: https://docutils.sourceforge.io/docs/ref/rst/mathematics.html
"""

import re

from django.utils.translation import gettext as _
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml

MAX_LENGTH = 4000

# Written often, and the same as `aligned` once the formula stands on its own.
ALIGNED = re.compile(r"\\(begin|end)\{(?:align|split|gather|eqnarray)\*?\}")


class MathsError(ValueError):
    """The formula can't be drawn; str() says so to a teacher."""


def mathml(source: str, *, block: bool) -> str:
    """The formula as a <math> element; MathsError if it can't be read."""
    source = source.strip()
    if len(source) > MAX_LENGTH:
        raise MathsError(_("（数式が長すぎます。いくつかに分けてください。）"))
    if not source:
        raise MathsError(_("（数式が空です。$ と $ のあいだに式を書いてください。）"))
    try:
        return tex2mathml(ALIGNED.sub(r"\\\1{aligned}", source), as_block=block)
    except MathError as error:
        raise MathsError(_hint(str(error))) from error
    except Exception as error:
        # The converter stumbles in many ways over formulas that break off; a page must not.
        raise MathsError(_hint("")) from error


def _hint(complaint: str) -> str:
    """The converter's English complaint as advice."""
    command = re.search(r'(?:command|Environment|environment) "([^"]{1,40})"', complaint)
    if command:
        return _("（%(name)s は使えません。別の書き方にしてください。）") % {
            "name": command.group(1)
        }
    return _("（この数式は読み取れませんでした。記号のつづりと { } の数を確かめてください。）")
