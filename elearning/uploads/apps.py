from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    name = "elearning.uploads"
    verbose_name = _("アップロード")

    def ready(self) -> None:
        from elearning.uploads import tasks  # noqa: F401 - its receiver queues the check
