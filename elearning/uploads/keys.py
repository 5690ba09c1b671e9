"""Where an upload's bytes lie in the material's storage."""

from uuid import UUID

from elearning.uploads.models import Upload

QUARANTINE = "quarantine"
"""Whole files that were not looked into yet, or were rejected; nobody is served from here."""
VERIFIED = "verified"
DERIVED = "derived"
"""What is made of published files, by those who make it."""


def is_ours(key: str) -> bool:
    """Whether it may be an upload's: others may keep things in the same bucket."""
    return key.startswith((f"{QUARANTINE}/", f"{VERIFIED}/", f"{DERIVED}/"))


def quarantine_key(upload: Upload) -> str:
    return f"{QUARANTINE}/{upload.pk}"


def verified_key(upload: Upload) -> str:
    return f"{VERIFIED}/{upload.pk}"


def upload_id_of(key: str) -> UUID | None:
    """The upload that `quarantine/<id>`, `verified/<id>` or `derived/<id>/…` belongs to."""
    _folder, _, rest = key.partition("/")
    try:
        found = UUID(rest.partition("/")[0])
    except ValueError:
        return None
    # UUID() also reads other ways of writing it, which are no keys of ours.
    return found if rest.startswith(str(found)) else None
