"""What lists and pages say of a file."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elearning.templatetags.elearning import clock
from elearning.uploads.formats import GROUP_WORDS, group_of
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload


def family(upload: Upload) -> str:
    """How a page shows the file: "pdf", "image", "audio" or, to take home only, "file"."""
    if upload.content_type == "application/pdf":
        return "pdf"
    kind = upload.content_type.split("/")[0]
    return kind if kind in ("image", "audio") else "file"


def file_summary(upload: Upload, size: int | None = None) -> str:
    """ "4 ページ・1.2 MB", "画像・300 KB", "音声・3:20・3.1 MB", "Word 文書・80 KB".

    `size` in bytes: of the copy that is given instead of the file itself.
    """
    words = []
    match family(upload):
        case "pdf" if upload.page_count:
            words.append(
                ngettext("%(count)d ページ", "%(count)d ページ", upload.page_count)
                % {"count": upload.page_count}
            )
        case "pdf":
            words.append("PDF")
        case "image":
            words.append(_("画像"))
        case "audio":
            words.append(_("音声"))
            if upload.duration_seconds:
                words.append(clock(upload.duration_seconds))
        case _:
            group = group_of(upload.name)
            words.append(str(GROUP_WORDS[group]) if group else _("ファイル"))
    words.append(size_in_words(upload.size if size is None else size))
    return _("・").join(words)


def file_url(upload: Upload) -> str:
    """The address of a file for whoever may open it; never a signed one."""
    return reverse("materials:file", args=[upload.pk, upload.name])
