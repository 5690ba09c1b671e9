from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "elearning.db.idempotency"
