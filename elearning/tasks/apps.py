from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The queue itself is django_tasks_db's; here are the worker and its signs of life."""

    name = "elearning.tasks"
    label = "elearning_tasks"
    verbose_name = "タスク"

    def ready(self) -> None:
        from django_tasks import signals

        # The worker tells all of it in one line (run_task).
        signals.task_enqueued.disconnect(signals.log_task_enqueued)
        signals.task_started.disconnect(signals.log_task_started)
        signals.task_finished.disconnect(signals.log_task_finished)
