"""Where an upload's bytes lie in the material's storage."""

from elearning.uploads.models import Upload

QUARANTINE = "quarantine"
"""Whole files that were not looked into yet, or were rejected; nobody is served from here."""
VERIFIED = "verified"


def quarantine_key(upload: Upload) -> str:
    return f"{QUARANTINE}/{upload.pk}"


def verified_key(upload: Upload) -> str:
    return f"{VERIFIED}/{upload.pk}"
