"""A teacher's browser that speaks the upload protocol, and small real files."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfWriter

from elearning.uploads import limits, services
from elearning.uploads.models import Upload

FILES = Path(__file__).parents[2] / "files"
PART = 1000


@pytest.fixture(autouse=True)
def _small_parts(settings):
    settings.UPLOAD_PART_BYTES = PART


class Browser:
    """Sends files as upload.js does."""

    def __init__(self, client, person, run_tasks):
        self.client = client
        self.person = person
        self.run_tasks = run_tasks

    def begin(self, name: str, data: bytes) -> Upload:
        category = limits.category_of(name)
        return services.begin(owner=self.person, category=category, name=name, size=len(data))

    def put(self, upload: Upload, number: int, body: bytes, **headers):
        return self.client.put(
            reverse("uploads:part", args=[upload.pk, number]),
            data=body,
            content_type="application/octet-stream",
            headers=headers or None,
        )

    def announce(self, upload: Upload, number: int, sha256: str):
        return self.client.post(
            reverse("uploads:parts", args=[upload.pk]),
            data={"number": number, "sha256": sha256},
            content_type="application/json",
        )

    def put_all(self, upload: Upload, data: bytes, numbers=None) -> None:
        for number in numbers or range(1, upload.part_count + 1):
            body = piece(data, number)
            target = self.announce(upload, number, sha256(body)).json()
            answer = self.put(upload, number, body, **target["headers"])
            assert answer.status_code == 200, answer.content

    def complete(self, upload: Upload):
        with self.run_tasks(execute=True):
            return self.client.post(
                reverse("uploads:complete", args=[upload.pk]), content_type="application/json"
            )

    def get(self, upload: Upload):
        return self.client.get(reverse("uploads:detail", args=[upload.pk]))

    def delete(self, upload: Upload):
        with self.run_tasks(execute=True):
            return self.client.delete(reverse("uploads:detail", args=[upload.pk]))

    def send(self, name: str, data: bytes) -> Upload:
        """The whole way; the upload as it is after its check."""
        upload = self.begin(name, data)
        self.put_all(upload, data)
        assert self.complete(upload).status_code == 200
        upload.refresh_from_db()
        return upload


@pytest.fixture
def browser(cast, sign_in, django_capture_on_commit_callbacks) -> Browser:
    return Browser(sign_in(cast.tanaka), cast.tanaka, django_capture_on_commit_callbacks)


def piece(data: bytes, number: int) -> bytes:
    return data[PART * (number - 1) : PART * number]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def mp4() -> bytes:
    """One second of H.264 and AAC, 96 × 64."""
    return (FILES / "tiny.mp4").read_bytes()


@pytest.fixture
def pdf():
    """`pdf(pages=3, password=…)` gives the bytes of a real PDF."""

    def make(pages: int = 3, password: str = "", owner_password: str = "") -> bytes:
        writer = PdfWriter()
        for _ in range(pages):
            writer.add_blank_page(width=595, height=842)
        if password or owner_password:
            writer.encrypt(password, owner_password or None)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return make


@pytest.fixture
def picture():
    """`picture("JPEG", (60, 40))` gives the bytes of a real image."""

    def make(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
        out = io.BytesIO()
        Image.effect_noise(size, 80).convert("RGB").save(out, kind)
        return out.getvalue()

    return make


@pytest.fixture
def office():
    """`office("word")` gives a small Office file; `extra` adds members to the archive."""
    main = {
        "word": ("word/document.xml", "wordprocessingml.document"),
        "excel": ("xl/workbook.xml", "spreadsheetml.sheet"),
        "powerpoint": ("ppt/presentation.xml", "presentationml.presentation"),
    }

    def make(kind: str = "word", extra: tuple[str, ...] = ()) -> bytes:
        part, name = main[kind]
        declared = f"application/vnd.openxmlformats-officedocument.{name}.main+xml"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "[Content_Types].xml",
                f'<Types><Override PartName="/{part}" ContentType="{declared}"/></Types>',
            )
            archive.writestr(part, "<xml/>")
            for member in extra:
                archive.writestr(member, b"\x00")
        return out.getvalue()

    return make
