"""PDF: opened and its pages counted by pypdf."""

import logging
import os
import re
from typing import IO, cast

from pypdf import PdfReader
from pypdf.errors import DependencyError

from elearning.logs.errors import kind_of
from elearning.uploads.content.findings import Findings, NotAcceptable, SparingFile
from elearning.uploads.reasons import Reason

log = logging.getLogger(__name__)
PDF = "application/pdf"
_TAIL = 64 * 1024
_STARTXREF = re.compile(rb"[\r\n]\s*startxref\s+\d+")
_BUDGET = 64 * 1024**2
"""To find all pages, pypdf needs the tables and the page objects, not the pictures."""


def look_into(file: IO[bytes]) -> Findings:
    """Raises NotAcceptable if it needs a password, has no pages or can't be opened.

    One that only forbids printing or copying opens for everybody and is accepted.
    """
    file.seek(-min(_TAIL, file.seek(0, os.SEEK_END)), os.SEEK_END)
    if not _STARTXREF.search(file.read(_TAIL)):
        # Cut off. pypdf would go through all of it backwards, line by line.
        raise NotAcceptable(Reason.DAMAGED, PDF)
    try:
        reader = PdfReader(cast(IO[bytes], SparingFile(file, budget=_BUDGET)))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
        if pages:
            _ = reader.pages[0].mediabox, reader.pages[-1].mediabox
    except DependencyError as error:
        raise NotAcceptable(Reason.PDF_PASSWORD, PDF) from error
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        log.info("fail_to_open_pdf", extra={"error": kind_of(error)})
        raise NotAcceptable(Reason.DAMAGED, PDF) from error
    if locked:
        raise NotAcceptable(Reason.PDF_PASSWORD, PDF)
    if not pages:
        raise NotAcceptable(Reason.PDF_EMPTY, PDF)
    return Findings(PDF, page_count=pages)
