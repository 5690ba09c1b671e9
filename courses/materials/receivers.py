"""What materials does when an upload has been verified or rejected."""

from typing import Any

from django.dispatch import receiver

from courses.materials import services
from elearning.uploads.models import Upload
from elearning.uploads.signals import settled


@receiver(settled, dispatch_uid="materials.attach")
def attach(sender: Any, upload: Upload, **kwargs: Any) -> None:
    services.settle(upload)
