from django.apps import AppConfig


class TasksConfig(AppConfig):
    """No models: the queue is django_tasks_db's. An app for the command `work`."""

    name = "elearning.tasks"
    label = "elearning_tasks"
    verbose_name = "タスク"
