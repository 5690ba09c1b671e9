"""Who takes what, how far they are, how long they studied."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClassGroup, User
from courses.catalog.models import Activity, Course


class ClassCourse(models.Model):
    """A class takes a course; every student in the class is enrolled through it."""

    class_group = models.ForeignKey(
        ClassGroup, verbose_name=_("クラス"), on_delete=models.CASCADE, related_name="class_courses"
    )
    course = models.ForeignKey(
        Course, verbose_name=_("講座"), on_delete=models.CASCADE, related_name="class_courses"
    )
    created_at = models.DateTimeField(_("受講開始"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("クラスの講座")
        verbose_name_plural = _("クラスの講座")
        constraints = [
            models.UniqueConstraint(
                fields=["class_group", "course"], name="one_class_course_a_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.class_group} – {self.course}"


class Enrolment(models.Model):
    """(student, course), whatever brought it about; ending it keeps the row."""

    student = models.ForeignKey(
        User, verbose_name=_("生徒"), on_delete=models.CASCADE, related_name="enrolments"
    )
    course = models.ForeignKey(
        Course, verbose_name=_("講座"), on_delete=models.CASCADE, related_name="enrolments"
    )
    individual = models.BooleanField(
        _("個別受講"), default=False, help_text=_("クラスによらず、この生徒だけの受講です。")
    )
    ended_at = models.DateTimeField(_("受講終了"), null=True, blank=True)
    created_at = models.DateTimeField(_("受講開始"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("受講")
        verbose_name_plural = _("受講")
        constraints = [
            models.UniqueConstraint(fields=["student", "course"], name="one_enrolment_a_pair")
        ]
        indexes = [models.Index(fields=["course", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.student} – {self.course}"


class ProgressState(models.TextChoices):
    STARTED = "started", _("学習中")
    COMPLETED = "completed", _("完了")


class Progress(models.Model):
    """How far one student is in one activity. No row: not opened yet."""

    student = models.ForeignKey(
        User, verbose_name=_("生徒"), on_delete=models.CASCADE, related_name="progress"
    )
    activity = models.ForeignKey(
        Activity, verbose_name=_("学習項目"), on_delete=models.CASCADE, related_name="progress"
    )
    state = models.CharField(
        _("状態"), max_length=10, choices=ProgressState, default=ProgressState.STARTED
    )
    opened_at = models.DateTimeField(_("はじめて開いた日時"), default=timezone.now)
    last_at = models.DateTimeField(_("最後の学習"), default=timezone.now)
    completed_at = models.DateTimeField(_("完了日時"), null=True, blank=True)
    seconds = models.PositiveIntegerField(_("学習した秒数"), default=0)
    position = models.FloatField(_("再生位置（秒）"), default=0)
    # The page load that sent the last heartbeat, and how much of its time has arrived:
    # a heartbeat whose answer was lost is sent again, and must not count twice.
    sitting = models.CharField(max_length=36, blank=True, default="", editable=False)
    sitting_seconds = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("進み具合")
        verbose_name_plural = _("進み具合")
        constraints = [
            models.UniqueConstraint(fields=["student", "activity"], name="one_progress_a_pair"),
            models.CheckConstraint(
                condition=models.Q(state="completed", completed_at__isnull=False)
                | models.Q(state="started", completed_at=None),
                name="completed_progress_says_when",
            ),
        ]
        indexes = [models.Index(fields=["activity", "state"])]

    def __str__(self) -> str:
        return f"{self.student} – {self.activity}: {self.state}"


class StudyDay(models.Model):
    """Seconds that a student studied on one day of Japan's calendar."""

    student = models.ForeignKey(
        User, verbose_name=_("生徒"), on_delete=models.CASCADE, related_name="study_days"
    )
    day = models.DateField(_("日付"))
    seconds = models.PositiveIntegerField(_("秒数"), default=0)

    class Meta:
        verbose_name = _("学習時間")
        verbose_name_plural = _("学習時間")
        constraints = [
            models.UniqueConstraint(fields=["student", "day"], name="one_study_day_a_date")
        ]

    def __str__(self) -> str:
        return f"{self.student} {self.day}: {self.seconds}"


class StudyClock(models.Model):
    """Until when a student's time is already counted.

    A second of life is a second of study at most, however many tabs are open and
    however often a heartbeat is repeated: each beat is credited only from here on.
    """

    student = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="study_clock"
    )
    counted_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.student}: {self.counted_until}"
