from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaterialsConfig(AppConfig):
    name = "courses.materials"
    verbose_name = _("教材")

    def ready(self) -> None:
        from courses.materials import kinds, receivers, tasks  # noqa: F401
