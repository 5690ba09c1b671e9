"""The two databases by name; without DATABASE_READER_URL there is only the writer."""

from django.conf import settings

WRITER = "default"
READER = "reader"


def has_reader() -> bool:
    return READER in settings.DATABASES
