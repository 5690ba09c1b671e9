"""The verdict of GuardDuty Malware Protection for S3, where the house waits for one.

It comes as a tag on the object, some seconds to minutes after the file is whole:
https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html
"""

import logging

from django.conf import settings

from elearning.storage.current import material_storage
from elearning.uploads.content import NotAcceptable
from elearning.uploads.reasons import Reason

log = logging.getLogger(__name__)

TAG = "GuardDutyMalwareScanStatus"
CLEAN = "NO_THREATS_FOUND"
THREATS = "THREATS_FOUND"
UNSCANNABLE = "UNSUPPORTED"
"""Locked with a password, or too large or too deeply packed to be looked into."""


class NotScannedYet(Exception):
    """The verdict has not come; ask again."""


def require_clean(key: str) -> None:
    """Raises NotAcceptable for a file with malware or one that could not be scanned.

    NotScannedYet while there is no verdict, and when the scan itself failed: a file that was
    not scanned is never let through. Nothing is asked unless REQUIRE_SCAN_TAG is set.
    """
    if not settings.REQUIRE_SCAN_TAG:
        return
    verdict = material_storage().tags(key).get(TAG)
    if verdict == CLEAN:
        return
    if verdict == THREATS:
        raise NotAcceptable(Reason.MALWARE)
    if verdict == UNSCANNABLE:
        raise NotAcceptable(Reason.NOT_SCANNABLE)
    if verdict is not None:
        log.error("fail_scan", extra={"verdict": verdict})
    raise NotScannedYet
