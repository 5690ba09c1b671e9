"""The storage that this process keeps material in."""

from typing import cast

from django.core.files.storage import default_storage

from elearning.storage.contract import MaterialStorage


def material_storage() -> MaterialStorage:
    """STORAGES["default"]: LocalFiles or Bucket."""
    return cast(MaterialStorage, default_storage)
