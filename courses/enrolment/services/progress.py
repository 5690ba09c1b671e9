"""Opening and completing an activity."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from courses.catalog.models import Activity
from courses.catalog.registry import facts_of, kind_of
from courses.enrolment.models import Progress, ProgressState


class Refused(Exception):
    """str() is a sentence for the student."""


def open_activity(*, student: User, activity: Activity) -> Progress:
    """The student's progress, begun now if this is the first time."""
    return Progress.objects.get_or_create(student=student, activity=activity)[0]


@transaction.atomic
def complete(*, student: User, activity: Activity) -> bool:
    """The student says that he is done; False if he had said so before.

    Raises Refused for kinds that are not completed by hand, and while there is nothing
    to open yet.
    """
    if not kind_of(activity).by_hand:
        raise Refused(
            _("「%(title)s」は、最後まで学習すると自動で完了になります。")
            % {"title": activity.title}
        )
    facts = facts_of([activity]).get(activity.pk)
    if facts is not None and not facts.ready:
        raise Refused(
            _("「%(title)s」はまだ準備中です。公開されるまでお待ちください。")
            % {"title": activity.title}
        )
    progress = open_activity(student=student, activity=activity)
    return mark_completed(progress, timezone.now())


def mark_completed(progress: Progress, at: datetime.datetime) -> bool:
    """Completed from `at` on, once: whoever comes second changes nothing and gets False."""
    return bool(
        Progress.objects.filter(pk=progress.pk, state=ProgressState.STARTED).update(
            state=ProgressState.COMPLETED, completed_at=at, last_at=at
        )
    )
