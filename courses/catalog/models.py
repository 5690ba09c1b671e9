"""What is taught: courses, their lessons, the activities in a lesson."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Grade, User


class Subject(models.TextChoices):
    MATHS = "maths", _("数学")
    ARITHMETIC = "arithmetic", _("算数")
    ENGLISH = "english", _("英語")
    JAPANESE = "japanese", _("国語")
    SCIENCE = "science", _("理科")
    SOCIAL = "social", _("社会")


class State(models.TextChoices):
    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開")


class Editable(models.Model):
    """Something that teachers edit, several at once, and delete without losing it.

    `version` counts saved edits: a save names the version that it started from
    and changes nothing if another save came first.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(_("削除日時"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Publishable(models.Model):
    state = models.CharField(_("公開状態"), max_length=10, choices=State, default=State.DRAFT)
    published_from = models.DateTimeField(_("公開開始"), null=True, blank=True)
    published_until = models.DateTimeField(_("公開終了"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_from=None)
                | models.Q(published_until=None)
                | models.Q(published_until__gt=models.F("published_from")),
                name="%(class)s_published_until_after_from",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Published, and its window is open now."""
        now = timezone.now()
        return (
            self.state == State.PUBLISHED
            and (self.published_from is None or self.published_from <= now)
            and (self.published_until is None or now < self.published_until)
        )


def open_now(prefix: str = "") -> models.Q:
    """The condition that `prefix` (a Publishable) is published, undeleted and in its window."""
    now = timezone.now()
    p = prefix
    return (
        models.Q(**{f"{p}state": State.PUBLISHED, f"{p}deleted_at": None})
        & (models.Q(**{f"{p}published_from": None}) | models.Q(**{f"{p}published_from__lte": now}))
        & (models.Q(**{f"{p}published_until": None}) | models.Q(**{f"{p}published_until__gt": now}))
    )


class CourseQuerySet(models.QuerySet["Course"]):
    def present(self) -> "CourseQuerySet":
        return self.filter(deleted_at=None)

    def published(self) -> "CourseQuerySet":
        return self.present().filter(state=State.PUBLISHED)


class Course(Editable):
    """A course (講座) of one school year."""

    title = models.CharField(_("講座名"), max_length=80)
    subject = models.CharField(_("教科"), max_length=12, choices=Subject)
    grade = models.PositiveSmallIntegerField(_("学年"), choices=Grade)
    school_year = models.PositiveSmallIntegerField(_("年度"))
    description = models.TextField(_("紹介文"), max_length=1000, blank=True)
    state = models.CharField(_("公開状態"), max_length=10, choices=State, default=State.DRAFT)
    teachers: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, verbose_name=_("担当講師"), related_name="courses_taught", blank=True
    )

    objects: ClassVar[CourseQuerySet] = CourseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("講座")
        verbose_name_plural = _("講座")
        ordering = ["-school_year", "grade", "subject", "title"]

    def __str__(self) -> str:
        return self.title


class LessonQuerySet(models.QuerySet["Lesson"]):
    def present(self) -> "LessonQuerySet":
        return self.filter(deleted_at=None, course__deleted_at=None)

    def open(self) -> "LessonQuerySet":
        """What students see now."""
        return self.filter(open_now(), course__state=State.PUBLISHED, course__deleted_at=None)

    def numbered(self) -> "LessonQuerySet":
        """With `number`, the N of 第N回, and `of`, how many lessons the course has.

        Drafts count: a number stays the same for teachers and students, whatever is published.
        """
        siblings = Lesson.objects.filter(deleted_at=None, course=models.OuterRef("course"))
        until = models.Q(order__lt=models.OuterRef("order")) | models.Q(
            order=models.OuterRef("order"), pk__lte=models.OuterRef("pk")
        )

        def count(lessons: models.QuerySet[Lesson]) -> models.Subquery:
            counted = lessons.order_by().values("course").annotate(n=models.Count("pk"))
            return models.Subquery(counted.values("n"))

        return self.annotate(number=count(siblings.filter(until)), of=count(siblings))


class Lesson(Editable, Publishable):
    """One meeting's worth (第N回) of a course; N is its place among those not deleted."""

    course = models.ForeignKey(
        Course, verbose_name=_("講座"), on_delete=models.CASCADE, related_name="lessons"
    )
    title = models.CharField(_("回の題名"), max_length=80)
    order = models.PositiveIntegerField(_("順番"), default=0, editable=False)

    objects: ClassVar[LessonQuerySet] = LessonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Publishable.Meta):
        verbose_name = _("回")
        verbose_name_plural = _("回")
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["course", "order"])]

    def __str__(self) -> str:
        return self.title


class ActivityQuerySet(models.QuerySet["Activity"]):
    def present(self) -> "ActivityQuerySet":
        return self.filter(
            deleted_at=None, lesson__deleted_at=None, lesson__course__deleted_at=None
        )

    def open(self) -> "ActivityQuerySet":
        """What students may open now."""
        return self.filter(
            open_now(),
            open_now("lesson__"),
            lesson__course__state=State.PUBLISHED,
            lesson__course__deleted_at=None,
        )


class Activity(Editable, Publishable):
    """One thing to learn or do; its kind (a video, a print, …) hangs on it from its own slice."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("回"), on_delete=models.CASCADE, related_name="activities"
    )
    kind = models.CharField(_("種類"), max_length=20, editable=False)
    title = models.CharField(_("題名"), max_length=80)
    order = models.PositiveIntegerField(_("順番"), default=0, editable=False)
    required = models.BooleanField(_("必修"), default=True)
    due_at = models.DateTimeField(_("期限"), null=True, blank=True)

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Publishable.Meta):
        verbose_name = _("学習項目")
        verbose_name_plural = _("学習項目")
        ordering = ["order", "pk"]
        indexes = [
            models.Index(fields=["lesson", "order"]),
            models.Index(fields=["due_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()
