"""Where and when people meet: campuses, classes, their weekly hours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.grades import Grade
from accounts.models.users import User


class Campus(models.Model):
    name = models.CharField(_("校舎名"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("校舎")
        verbose_name_plural = _("校舎")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClassGroup(models.Model):
    """A class of one school year; the year starts on 1 April."""

    name = models.CharField(_("クラス名"), max_length=60)
    campus = models.ForeignKey(
        Campus, verbose_name=_("校舎"), on_delete=models.PROTECT, related_name="class_groups"
    )
    school_year = models.PositiveSmallIntegerField(_("年度"))
    grade = models.PositiveSmallIntegerField(_("学年"), choices=Grade, null=True, blank=True)
    teachers: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, verbose_name=_("担当講師"), related_name="taught_classes", blank=True
    )
    students: "models.ManyToManyField[User, ClassMembership]" = models.ManyToManyField(
        User,
        verbose_name=_("生徒"),
        through="accounts.ClassMembership",
        related_name="class_groups",
    )

    class Meta:
        verbose_name = _("クラス")
        verbose_name_plural = _("クラス")
        ordering = ["-school_year", "campus__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "school_year", "name"], name="one_class_name_a_campus_and_year"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """渋谷校 中2標準 数学 Aクラス: two campuses may have a class of the same name."""
        return f"{self.campus} {self.name}"


class ClassMembership(models.Model):
    """A student in a class; leaving keeps the row, so that the past stays readable."""

    class_group = models.ForeignKey(
        ClassGroup, verbose_name=_("クラス"), on_delete=models.CASCADE, related_name="memberships"
    )
    student = models.ForeignKey(
        User, verbose_name=_("生徒"), on_delete=models.CASCADE, related_name="memberships"
    )
    left_on = models.DateField(_("退会日"), null=True, blank=True)

    class Meta:
        verbose_name = _("クラスの生徒")
        verbose_name_plural = _("クラスの生徒")
        constraints = [
            models.UniqueConstraint(
                fields=["class_group", "student"], name="one_membership_a_class_and_student"
            )
        ]

    def __str__(self) -> str:
        return f"{self.class_group} – {self.student}"


class Weekday(models.IntegerChoices):
    """As `datetime.date.weekday()` counts."""

    MONDAY = 0, _("月")
    TUESDAY = 1, _("火")
    WEDNESDAY = 2, _("水")
    THURSDAY = 3, _("木")
    FRIDAY = 4, _("金")
    SATURDAY = 5, _("土")
    SUNDAY = 6, _("日")


class ClassMeeting(models.Model):
    """One weekly hour of a class, in Japan's time."""

    class_group = models.ForeignKey(
        ClassGroup, verbose_name=_("クラス"), on_delete=models.CASCADE, related_name="meetings"
    )
    weekday = models.PositiveSmallIntegerField(_("曜日"), choices=Weekday)
    starts_at = models.TimeField(_("開始時刻"))
    ends_at = models.TimeField(_("終了時刻"))

    class Meta:
        verbose_name = _("授業時間")
        verbose_name_plural = _("授業時間")
        ordering = ["weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"
