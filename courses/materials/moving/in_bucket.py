"""A bucket as one end of a move."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from boto3.exceptions import RetriesExceededError, S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from courses.materials.moving.places import Found, PlaceFailed, Tell
from elearning.storage.bucket import MIB, Bucket
from elearning.storage.errors import Changed

NOTED = "sha256"
"""The name of the object's metadata that holds the SHA-256 of the file when it was moved."""
_MOVING = TransferConfig(
    multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB, max_concurrency=4
)
_CONDITION_NOT_MET = {409, 412}


class InBucket:
    """Bucket as a place; see places.Place. One file at a time."""

    def __init__(self, storage: Bucket) -> None:
        self._storage = storage
        self._client = storage.client
        self.name = f"the bucket {storage.bucket_name}"

    def reach(self) -> None:
        with self._failure_said():
            self._client.list_objects_v2(Bucket=self._storage.bucket_name, MaxKeys=1)

    def look(self, key: str) -> Found | None:
        try:
            with self._failure_said():
                found = self._client.head_object(**self._object(key))
        except FileNotFoundError:
            return None
        return Found(
            size=found["ContentLength"],
            modified=found["LastModified"],
            version=found["ETag"],
            sha256=found["Metadata"].get(NOTED, ""),
        )

    @contextmanager
    def fetch(self, key: str, tell: Tell) -> Iterator[Path]:
        with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder) / "file"
            with self._failure_said():
                self._client.download_file(
                    *self._object(key).values(), str(path), Callback=tell, Config=_MOVING
                )
            yield path

    def put(
        self,
        path: Path,
        key: str,
        *,
        content_type: str,
        sha256: str,
        instead_of: Found | None,
        tell: Tell,
    ) -> None:
        # Some servers know no conditions: then this look alone tells, a moment too early.
        if self.look(key) != instead_of:
            raise Changed(key)
        how = {
            "ContentType": content_type,
            "Metadata": {NOTED: sha256},
            **self._storage.encryption,
        }
        condition = {"IfMatch": instead_of.version} if instead_of else {"IfNoneMatch": "*"}
        with self._failure_said(), self._only(condition):
            self._client.upload_file(
                str(path),
                *self._object(key).values(),
                ExtraArgs=how,
                Callback=tell,
                Config=_MOVING,
            )

    def remove(self, key: str) -> None:
        with self._failure_said():
            self._client.delete_object(**self._object(key))

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self._storage.bucket_name, "Key": key}

    @contextmanager
    def _only(self, condition: dict[str, str]) -> Iterator[None]:
        """Set `condition` on what makes an object appear: boto3's upload_file takes none."""

        def add(params: dict[str, Any], **_: Any) -> None:
            params.update(condition)

        events, mark = self._client.meta.events, uuid4().hex
        appearing = [
            f"provide-client-params.s3.{operation}"
            for operation in ("PutObject", "CompleteMultipartUpload")
        ]
        for event in appearing:
            events.register(event, add, unique_id=f"{mark}-{event}")
        try:
            yield
        finally:
            for event in appearing:
                events.unregister(event, unique_id=f"{mark}-{event}")

    @contextmanager
    def _failure_said(self) -> Iterator[None]:
        """Raise FileNotFoundError for 404 on an object, Changed for a condition not met."""
        try:
            yield
        except S3UploadFailedError as error:
            # boto3 keeps what has happened only as Python's context.
            raise self._said(error.__context__ or error) from error
        except (ClientError, BotoCoreError, RetriesExceededError) as error:
            raise self._said(error) from error
        except OSError as error:
            raise PlaceFailed(f"This disk holds no temporary file: {error.strerror}.") from error

    def _said(self, error: BaseException) -> Exception:
        if isinstance(error, ClientError):
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            code = error.response.get("Error", {}).get("Code", "")
            if status == 404 and code not in ("NoSuchBucket", "NoSuchUpload"):
                return FileNotFoundError(code)
            if status in _CONDITION_NOT_MET:
                return Changed(code)
        return PlaceFailed(f"{self.name} does not work: {error}")
