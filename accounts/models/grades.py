"""School grades, 小4 to 高3."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.IntegerChoices):
    """Counted in years since entering primary school, so that one more year is one more."""

    P4 = 4, _("小4")
    P5 = 5, _("小5")
    P6 = 6, _("小6")
    J1 = 7, _("中1")
    J2 = 8, _("中2")
    J3 = 9, _("中3")
    H1 = 10, _("高1")
    H2 = 11, _("高2")
    H3 = 12, _("高3")
