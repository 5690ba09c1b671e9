"""Which command ran when, and how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    RUNNING = "running", _("実行中")
    DONE = "done", _("完了")
    FAILED = "failed", _("失敗")


class CommandRun(models.Model):
    """The run of one command for one day. Whoever makes the row, runs it."""

    always_writer = True
    """A replica that is behind would show what has been begun as free."""

    name = models.CharField(_("コマンド"), max_length=100)
    due = models.DateField(_("予定日"))
    """The day in Japan that it is for; it may run later."""
    started_at = models.DateTimeField(_("開始"))
    finished_at = models.DateTimeField(_("終了"), null=True)
    attempt = models.PositiveSmallIntegerField(_("試行回数"), default=1)
    """More than 1 where a scheduler died while it ran this."""
    outcome = models.CharField(
        _("結果"), max_length=10, choices=Outcome.choices, default=Outcome.RUNNING
    )
    said = models.TextField(_("出力"), blank=True)
    """What it printed, the last of it if that was long. For the office: it may hold names, and
    so is nothing for a log."""

    class Meta:
        verbose_name = _("定期処理")
        verbose_name_plural = _("定期処理")
        ordering = ["-due", "-started_at"]
        constraints = [models.UniqueConstraint(fields=["name", "due"], name="one_run_a_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.due}"
