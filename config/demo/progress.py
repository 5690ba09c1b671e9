"""Weeks of study: what each student opened, watched and finished, and how long it took.

Study time is added up from the very activities, so that every page tells the same story.
"""

import datetime
import enum
import random
from collections import defaultdict

from django.utils import timezone

from accounts.models import User
from config.demo.bulk import bulk_create
from config.demo.courses import Built
from courses.catalog.models import Activity, Subject
from courses.enrolment.models import Progress, ProgressState, StudyDay
from courses.materials.models import VideoView

ABSENT_DAYS = 9
OPTIONAL_MINUTES = (4, 12)
PRINT_MINUTES = (25, 50)


class Manner(enum.Enum):
    """How a student keeps up."""

    STEADY = 0
    AHEAD = 1
    BEHIND = 2
    """Stopped some lessons ago, looks in now and then."""
    ABSENT = 3
    """Not seen for nine days."""


class Diary:
    """Collects what students did, then writes it down."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now = now
        self.progress: list[Progress] = []
        self.views: list[VideoView] = []

    def studied(
        self,
        student: User,
        activity: Activity,
        one: Built,
        *,
        day: datetime.date,
        chance: random.Random,
        until: float | None = None,
    ) -> Progress:
        """`until`: how far (0–1) a video was watched; None: the activity was completed."""
        duration = one.video.duration_seconds if activity.kind == "video" and one.video else None
        if duration:
            seconds = round(duration * (chance.uniform(1.0, 1.6) if until is None else until))
        else:
            low, high = PRINT_MINUTES if activity.required else OPTIONAL_MINUTES
            care = 1.0
            if student.username == "student1":
                # She copies every note out by hand.
                care = 1.5 if activity.required else 3.5
            seconds = round(chance.uniform(low, high) * 60 * care * (until or 1))
        begun = self._evening(day, chance, seconds)
        ended = begun + datetime.timedelta(seconds=seconds)
        position = round((duration or 0) * (1 if until is None else until), 1)
        row = Progress(
            student=student,
            activity=activity,
            state=ProgressState.COMPLETED if until is None else ProgressState.STARTED,
            opened_at=begun,
            last_at=ended,
            completed_at=ended if until is None else None,
            seconds=seconds,
            position=position,
        )
        self.progress.append(row)
        if duration:
            # A little skipped at the end now and then, never below what completes.
            end = position if until else round(duration * chance.uniform(0.94, 1), 1)
            self.views.append(
                VideoView(
                    student=student,
                    video_id=activity.pk,
                    ranges=[[0, end]],
                    watched_seconds=end,
                    last_beat_at=ended,
                )
            )
        return row

    def _evening(
        self, day: datetime.date, chance: random.Random, seconds: int
    ) -> datetime.datetime:
        """Some time from 17:00 to 22:00 of Japan's clock, and over well before now.

        Today also earlier: it must be over already, and on Saturdays people come in the morning.
        """
        minute = chance.randrange(17 * 60, 22 * 60)
        local = timezone.localtime(self.now)
        if day == local.date():
            latest = local.hour * 60 + local.minute - 10 - seconds // 60
            minute = min(minute, max(7 * 60, latest - minute % 45))
        at = timezone.make_aware(
            datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60))
        )
        length = datetime.timedelta(seconds=seconds)
        while at + length > self.now - datetime.timedelta(minutes=10):
            at -= datetime.timedelta(days=1)
        return at

    def last_seen(self, rows: list[Progress], day: datetime.date, chance: random.Random) -> None:
        """Move the newest of one student's rows to this later day."""
        newest = max(rows, key=lambda row: row.last_at)
        length = newest.last_at - newest.opened_at
        newest.opened_at = self._evening(day, chance, newest.seconds)
        newest.last_at = newest.opened_at + length
        if newest.completed_at:
            newest.completed_at = newest.last_at
        for view in self.views[-50:]:
            if (view.student_id, view.video_id) == (newest.student_id, newest.activity_id):
                view.last_beat_at = newest.last_at

    def write(self) -> None:
        bulk_create(Progress, self.progress)
        bulk_create(VideoView, self.views)
        days: dict[tuple[int, datetime.date], int] = defaultdict(int)
        for row in self.progress:
            days[row.student_id, timezone.localtime(row.last_at).date()] += row.seconds
        bulk_create(
            StudyDay,
            [
                StudyDay(student_id=student, day=day, seconds=min(seconds, 6 * 3600))
                for (student, day), seconds in days.items()
            ],
        )


def manner_of(student: User) -> Manner:
    if student.username == "student1":
        return Manner.STEADY
    chance = random.Random(f"manner:{student.username}").random()
    if chance < 0.04:
        return Manner.ABSENT
    if chance < 0.14:
        return Manner.BEHIND
    return Manner.AHEAD if chance > 0.9 else Manner.STEADY


def study(students: list[User], takes: dict[int, list[Built]]) -> None:
    """Write down weeks of study of every student."""
    diary = Diary(timezone.now())
    for student in students:
        first = len(diary.progress)
        for one in takes.get(student.pk, []):
            if student.username == "student1":
                _student1(diary, student, one)
            else:
                _one_course(diary, student, one)
        mine = diary.progress[first:]
        if mine and manner_of(student) is Manner.ABSENT:
            day = timezone.localdate() - datetime.timedelta(days=ABSENT_DAYS)
            chance = random.Random(f"absent:{student.username}")
            diary.last_seen(mine, day, chance)
    diary.write()


def _one_course(diary: Diary, student: User, one: Built) -> None:
    manner = manner_of(student)
    today = timezone.localtime(diary.now).date()
    chance = random.Random(f"{student.username}:{one.course.title}")
    reached = one.now_at + {Manner.AHEAD: 1}.get(manner, 0)
    if manner is Manner.BEHIND:
        reached = max(0, one.now_at - chance.randint(2, 4))
    for place in range(min(reached + 1, len(one.lessons))):
        for activity in one.activities[place]:
            day = one.due_days[place] - datetime.timedelta(days=chance.randint(0, 5))
            if manner is Manner.BEHIND:
                day += datetime.timedelta(days=chance.randint(0, 6))
            if manner is Manner.ABSENT and day >= today - datetime.timedelta(days=ABSENT_DAYS):
                continue
            if place >= one.now_at and (day > today or chance.random() < 0.5):
                continue
            if day > today:
                day = today
            # Optional notes are skipped by many; and now and then a print is left half done.
            if not activity.required and chance.random() < 0.4:
                continue
            slip = {Manner.STEADY: 0.004, Manner.AHEAD: 0.0}.get(manner, 0.1)
            if chance.random() < slip:
                if chance.random() < 0.6:
                    part = chance.uniform(0.1, 0.8)
                    diary.studied(student, activity, one, day=day, chance=chance, until=part)
                continue
            diary.studied(student, activity, one, day=day, chance=chance)


def _student1(diary: Diary, student: User, one: Built) -> None:
    """Haruna: up to date, with one print due today, one overdue, and a video half watched."""
    chance = random.Random(f"student1:{one.course.title}")
    today = timezone.localtime(diary.now).date()
    subject = one.spec.subject
    for place in range(one.now_at + 1):
        for activity in one.activities[place]:
            if place == one.now_at:
                wanted = subject == Subject.ENGLISH and activity.kind == "video"
            elif subject == Subject.MATHS and place == one.now_at - 1:
                wanted = activity.due_at is None or activity.kind == "video"
            elif subject == Subject.SCIENCE and place == one.now_at - 1:
                wanted = activity.kind != "document" or not activity.required
            else:
                wanted = True
            if wanted:
                due = one.due_days[place]
                day = min(due - datetime.timedelta(days=chance.randint(0, 4)), today)
                # Of the newest lessons much is done in these very days.
                if place >= one.now_at - 1:
                    day = today - datetime.timedelta(days=chance.randint(0, 4))
                diary.studied(student, activity, one, day=day, chance=chance)
    if subject == Subject.MATHS:
        _half_watched(diary, student, one, chance)


def _half_watched(diary: Diary, student: User, one: Built, chance: random.Random) -> None:
    """The newest thing she did, so that her home offers to go on with it."""
    videos = [a for a in one.activities[one.now_at] if a.kind == "video"]
    if not videos:
        return
    today = timezone.localtime(diary.now).date()
    row = diary.studied(student, videos[0], one, day=today, chance=chance, until=0.6)
    row.last_at = diary.now - datetime.timedelta(minutes=5)
    row.opened_at = row.last_at - datetime.timedelta(seconds=row.seconds)
    diary.views[-1].last_beat_at = row.last_at
