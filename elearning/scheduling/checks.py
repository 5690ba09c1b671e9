"""Whether settings.SCHEDULE makes sense, told by `manage.py check` and before any command."""

from collections import Counter
from typing import Any

from django.core import checks
from django.core.management import get_commands

from elearning.scheduling.daily import is_busy, schedule


@checks.register
def check_schedule(**kwargs: Any) -> list[checks.CheckMessage]:
    try:
        dailies = schedule()
        busy = [daily.name for daily in dailies if is_busy(daily.time)]
    except ValueError as error:
        return [checks.Error(f"SCHEDULE has a time that is none: {error}.", id="scheduling.E001")]
    commands = get_commands()
    unknown = [daily.name for daily in dailies if daily.name not in commands]
    twice = [name for name, times in Counter(daily.name for daily in dailies).items() if times > 1]
    return [
        checks.Error(f"SCHEDULE: {name} {what}.", id=number)
        for names, what, number in (
            (unknown, "is no command", "scheduling.E002"),
            (twice, "is there twice; a day has one run of each", "scheduling.E003"),
            (busy, "is due when everybody is learning (SCHEDULE_BUSY)", "scheduling.E004"),
        )
        for name in names
    ]
