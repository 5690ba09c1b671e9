"""What libraries say, and how much of it may be told.

Their words may hold a path, a header, a name, the bytes of a request. So only sentences that are
listed here are passed on, each with what it is filled with: numbers, signals, and names of ours.
"""

import logging

_GUNICORN = {
    "Starting gunicorn %s": "start_server",
    "Listening at: %s (%s)": "listen",
    "Listening at: %s": "listen",
    "Using worker: %s": "choose_worker",
    "Connection in use: %s": "fail_to_listen",
    "Can't connect to %s": "fail_to_listen",
    "Booting worker with pid: %s": "boot_process",
    "Worker exiting (pid: %s)": "end_process",
    "Worker (pid:%s) exited with code %s.": "lose_process",
    "Worker (pid:%s) was sent %s!": "lose_process",
    "Worker (pid:%s) was sent %s! Perhaps out of memory?": "lose_process",
    "WORKER TIMEOUT (pid:%s)": "kill_silent_process",
    "Autorestarting worker after current request.": "renew_process",
    "Parent changed, shutting down: %s": "lose_parent",
    "Exception in worker process": "fail_to_boot",
    "Unhandled exception in main loop": "fail_to_go_on",
    "Handling signal: %s": "handle_signal",
    "Quick shutdown requested": "stop_at_once",
    "Shutting down: %s": "stop_server",
    "Reason: %s": "stop_server",
    "Hang up: %s": "reload_server",
}
_DJANGO_TASKS = {
    "Task id=%s path=%s enqueued backend=%s": "queue_task",
    "Task id=%s path=%s state=%s": "tell_task_state",
    "Task id=%s failed unexpectedly": "fail_to_load_task",
    "Starting worker worker_id=%s queues=%s": "start_worker",
    "Received %s - shutting down gracefully... (press Ctrl+C again to force)": "stop_worker",
    "Received %s - terminating current task.": "stop_worker_at_once",
    "No more tasks to run for worker_id=%s - exiting gracefully.": "end_worker",
    "Run maximum tasks (%d) on worker=%s - exiting gracefully.": "end_worker",
}
_SENTENCES = {
    "gunicorn.error": _GUNICORN,
    "django_tasks": _DJANGO_TASKS,
    "django_tasks_db": _DJANGO_TASKS,
}
# Named, but their words are not passed on: they hold an address, or what was sent.
_BEGINNINGS = (
    ("gunicorn.error", "Invalid request from ip=", "refuse_request"),
    ("gunicorn.error", "Error handling request", "fail_request"),
    ("gunicorn.error", "Socket error processing request.", "lose_connection"),
)
SAID = "library_said"


def told(record: logging.LogRecord) -> tuple[str, str | None]:
    """The event of a library's record, and its words if they may be told."""
    sentence = record.msg
    if not isinstance(sentence, str):
        return SAID, None
    event = _SENTENCES.get(record.name, {}).get(sentence)
    if event is not None:
        return event, record.getMessage()
    for name, beginning, event in _BEGINNINGS:
        if record.name == name and sentence.startswith(beginning):
            return event, None
    return SAID, None
