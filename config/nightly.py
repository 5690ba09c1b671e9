"""What `manage.py scheduler` runs every night, at hours of TIME_ZONE when nobody learns.

Backups are made by the database and the store, and so are no part of it.
"""

from elearning.scheduling.daily import Daily

NIGHTLY = [
    Daily("02:00", "clearsessions"),
    Daily("02:10", "purge_idempotency_keys"),
    Daily(
        "02:20",
        "prune_db_task_results",
        ("--queue-name", "*", "--min-age-days", "7", "--failed-min-age-days", "30"),
    ),
    Daily("02:40", "tidy_uploads"),
    Daily("03:00", "recheck_uploads"),
    Daily("03:20", "check_materials"),
    Daily("04:30", "storage_report"),
]
