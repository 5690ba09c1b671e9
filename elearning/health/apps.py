from django.apps import AppConfig


class HealthConfig(AppConfig):
    """No models. An app for the templates of the operators' page."""

    name = "elearning.health"
    label = "elearning_health"
    verbose_name = "稼働状況"
