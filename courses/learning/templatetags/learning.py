"""Words of the learning pages: how long, which lesson."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def duration(seconds: float | None) -> str:
    """16500 → "4時間35分", 3000 → "50分", 0 → "0分"."""
    hours, minutes = divmod(round((seconds or 0) / 60), 60)
    if not hours:
        return _("%(minutes)d分") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d時間") % {"hours": hours}
    return _("%(hours)d時間%(minutes)d分") % {"hours": hours, "minutes": minutes}


@register.filter
def whole_hours(seconds: float | None) -> int:
    """The hours of "4 時間 35 分"."""
    return round((seconds or 0) / 60) // 60


@register.filter
def rest_minutes(seconds: float | None) -> int:
    """The minutes of "4 時間 35 分"."""
    return round((seconds or 0) / 60) % 60


@register.filter
def nth(number: int) -> str:
    """8 → 第8回."""
    return _("第%(number)d回") % {"number": number}
