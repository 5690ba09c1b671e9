from django.apps import AppConfig


class DbConfig(AppConfig):
    name = "elearning.db"
    label = "elearning_db"
    verbose_name = "データベース"

    def ready(self) -> None:
        from elearning.db import stale_saves  # noqa: F401 - listens
