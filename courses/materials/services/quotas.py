"""How much the files of one course may be together."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from courses.catalog.models import Activity, Course
from courses.materials.models import Document, Video
from elearning.uploads.errors import Refused
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload
from elearning.uploads.quotas import COUNTED, amount


def used_by_course(course_id: int, *, without: Collection[UUID] = ()) -> int:
    """Bytes of the files that the course's activities hold or await, but for `without`.

    A file that is in it twice counts once; what is in the bin does not count.
    """
    activities = Activity.objects.present().filter(lesson__course=course_id)
    ids: set[UUID | None] = set()
    for model in (Video, Document):
        held = model.objects.filter(activity__in=activities)
        for pair in held.values_list("upload_id", "next_upload_id"):
            ids.update(pair)
    counted = Upload.objects.filter(pk__in=ids - {None, *without}, state__in=COUNTED)
    return counted.aggregate(used=Sum("size"))["used"] or 0


def require_course_room(
    *, course_id: int, upload: Upload, replacing: Collection[UUID] = ()
) -> None:
    """Raises Refused if an upload that has just begun is more than the course has left.

    Call it in the transaction that gives the upload to an activity: the course's row is locked,
    so of two that begin at once the second counts the first.
    """
    quota = settings.COURSE_QUOTA_BYTES
    if not quota:
        return
    list(Course.objects.select_for_update().filter(pk=course_id).values_list("pk"))
    used = used_by_course(course_id, without=[upload.pk, *replacing])
    if used + upload.size > quota:
        raise Refused(
            _(
                "「%(name)s」（%(size)s）を入れる容量が、この講座には残っていません。"
                "一つの講座に入れられるのは %(quota)s までで、いま %(used)s を使っています。"
                "使わない学習項目を削除するか、小さいファイルに差し替えてください。"
                "上限については、運営にご相談ください。"
            )
            % {
                "name": upload.name,
                "size": size_in_words(upload.size),
                "quota": size_in_words(quota),
                "used": amount(used),
            }
        )
