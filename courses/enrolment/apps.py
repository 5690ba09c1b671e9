from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "courses.enrolment"
    verbose_name = _("受講")

    def ready(self) -> None:
        from courses.enrolment import receivers  # noqa: F401
