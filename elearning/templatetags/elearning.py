"""The few words that pages share: durations, when, good evening."""

import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from elearning.logs import context

register = template.Library()


@register.filter
def clock(seconds: float | None) -> str:
    """1265 → "21:05", 3725 → "1:02:05"; nothing for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def hours_minutes(seconds: float | None) -> str:
    """19200 → "5:20", the hours and minutes of a study time."""
    minutes = round((seconds or 0) / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


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
def japanese_date(day: datetime.date | datetime.datetime) -> str:
    """11月20日（金） or Fri 20 Nov."""
    if isinstance(day, datetime.datetime):
        day = timezone.localtime(day).date()
    if get_language() == "en":
        return day.strftime("%a ") + str(day.day) + day.strftime(" %b")
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


@register.filter
def due(moment: datetime.datetime | None) -> str:
    """今日 22:00 まで, 明日 23:59 まで, 11月23日（月）まで."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate()).days
    time = date_format(local, "H:i")
    if days == 0:
        return _("今日 %(time)s まで") % {"time": time}
    if days == 1:
        return _("明日 %(time)s まで") % {"time": time}
    return _("%(date)sまで") % {"date": japanese_date(local)}


@register.filter
def days_ago(moment: datetime.datetime | None) -> str:
    """今日, 昨日, 9日前; a dash for never."""
    if moment is None:
        return "–"
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if days <= 0:
        return _("今日")
    if days == 1:
        return _("昨日")
    return _("%(days)d日前") % {"days": days}


@register.filter
def percent(part: float, whole: float) -> int:
    """A whole percentage, rounded down so that 100 means all; 0 of nothing."""
    return int(part * 100 // whole) if whole else 0


@register.simple_tag
def greeting() -> str:
    """By the clock in Japan: morning from 5, day from 11, evening from 17."""
    hour = timezone.localtime().hour
    if 5 <= hour < 11:
        return _("おはようございます")
    if 11 <= hour < 17:
        return _("こんにちは")
    return _("こんばんは")


@register.simple_tag
def request_id() -> str:
    """By which the log knows this request; for pages that are made without any context."""
    return str(context.current().get("request_id", ""))
