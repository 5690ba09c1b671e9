from django.apps import AppConfig
from django.conf import settings


class MetricsConfig(AppConfig):
    """No models: an app to listen to the worker."""

    name = "elearning.metrics"
    label = "elearning_metrics"
    verbose_name = "メトリクス"

    def ready(self) -> None:
        if settings.METRICS == "off":
            return
        from django_tasks.signals import task_finished

        from elearning.metrics import worker
        from elearning.tasks.signals import worker_began

        worker_began.connect(worker.began)
        task_finished.connect(worker.finished)
