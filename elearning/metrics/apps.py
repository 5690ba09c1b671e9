from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """No models."""

    name = "elearning.metrics"
    label = "elearning_metrics"
    verbose_name = "メトリクス"
