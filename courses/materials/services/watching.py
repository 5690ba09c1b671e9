"""What a student really watched of a video."""

import datetime

from django.utils import timezone

from accounts.models import User
from courses.catalog.models import Activity
from courses.enrolment.models import Progress
from courses.materials import ranges
from courses.materials.models import Video, VideoView

FASTEST = 2.0
"""Seconds of the video that a second of life can bring: the player's highest speed."""
SLACK = 10.0
"""Seconds granted beyond that, altogether and not at every beat: clocks and timers are rough."""
LONGEST_WAIT = datetime.timedelta(hours=1)
"""A page that lost its connection plays on from its buffer and reports later."""


def record_watched(*, activity: Activity, student: User, claimed: object) -> None:
    """Merge the ranges that a heartbeat claims; call it within a transaction.

    `claimed`: [[start, end], …] in seconds, unchecked. What is new counts up to twice the
    time that has passed since the last beat; nonsense is ignored.
    """
    video = Video.objects.select_related("upload").filter(activity=activity).first()
    if video is None or video.upload is None or video.upload.duration_seconds is None:
        return
    duration = video.upload.duration_seconds
    wanted = ranges.parse(claimed, duration)
    if not wanted:
        return
    now = timezone.now()
    view = _locked_view(video, student, now)
    waited = min(now - view.last_beat_at, LONGEST_WAIT).total_seconds()
    known = [(start, end) for start, end in view.ranges]
    merged = ranges.credit(known, wanted, max(0.0, waited * FASTEST + SLACK))
    gained = ranges.total(merged) - ranges.total(known)
    # What is taken of the slack is owed: until then the clock runs ahead.
    counted = max(view.last_beat_at, now - LONGEST_WAIT)
    view.last_beat_at = max(now, counted + datetime.timedelta(seconds=gained / FASTEST))
    view.ranges = ranges.rounded(merged)
    view.watched_seconds = ranges.total(merged)
    view.save(update_fields=["ranges", "watched_seconds", "last_beat_at"])


def _locked_view(video: Video, student: User, now: datetime.datetime) -> VideoView:
    views = VideoView.objects.select_for_update().filter(video=video, student=student)
    view = views.first()
    if view is None:
        opened = (
            Progress.objects.filter(student=student, activity_id=video.pk)
            .values_list("opened_at", flat=True)
            .first()
        )
        VideoView.objects.get_or_create(
            video=video, student=student, defaults={"last_beat_at": opened or now}
        )
        view = views.get()
    return view
