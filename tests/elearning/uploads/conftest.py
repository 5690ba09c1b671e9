"""A teacher's browser that speaks the upload protocol."""

import hashlib

import pytest
from django.urls import reverse

from elearning.uploads import limits, services
from elearning.uploads.models import Upload
from tests.made_files import mp4, office, pdf, picture  # noqa: F401 - fixtures

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
