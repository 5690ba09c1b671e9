from django.apps import AppConfig


class StorageConfig(AppConfig):
    """No models. An app for the command `prepare_bucket`."""

    name = "elearning.storage"
    label = "elearning_storage"
    verbose_name = "教材の保管"
