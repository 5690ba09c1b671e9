"""Words of the learning pages: a time in its parts, which lesson."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


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
