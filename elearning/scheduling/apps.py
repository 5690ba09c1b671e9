from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "elearning.scheduling"
    label = "elearning_scheduling"
    verbose_name = "定期処理"

    def ready(self) -> None:
        from elearning.scheduling import checks  # noqa: F401 - registers them
