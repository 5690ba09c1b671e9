"""Material in a private S3 bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from s3transfer.exceptions import S3CopyFailedError
from storages.backends.s3 import S3Storage

from elearning.storage.contract import StoredFile
from elearning.storage.errors import Changed, refusal_said
from elearning.storage.presentation import disposition

MIB = 1024 * 1024
CACHED_SECONDS = 300
"""Browsers at a juku are shared: what a link brought stays cached hardly longer than it lives."""
_MOVING = TransferConfig(
    multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB, max_concurrency=4
)
_COPYING = TransferConfig(multipart_threshold=256 * MIB, multipart_chunksize=128 * MIB)


class Bucket(S3Storage):
    """The contract of contract.py, in a bucket that nobody reads but by a signed address.

    `endpoint_url` is for another server than AWS. `encryption` is "AES256", "aws:kms" (with
    `kms_key`, or the account's own key) or "none". With `cloudfront_domain`, links are
    CloudFront's; its key must be given (PEM). All errors but those of the contract are botocore's.
    """

    bucket_name: str

    def __init__(
        self,
        *,
        bucket_name: str,
        region_name: str,
        endpoint_url: str = "",
        encryption: str = "AES256",
        kms_key: str = "",
        cloudfront_domain: str = "",
        cloudfront_key_id: str = "",
        cloudfront_key: str = "",
    ) -> None:
        self._making_client = Lock()
        self.cloudfront_domain = cloudfront_domain
        self.encryption = _encryption(encryption, kms_key)
        super().__init__(  # type: ignore[no-untyped-call]
            bucket_name=bucket_name,
            region_name=region_name,
            endpoint_url=endpoint_url or None,
            client_config=_client_config(own_server=bool(endpoint_url)),
            transfer_config=_MOVING,
            object_parameters=self.encryption,
            cloudfront_key_id=cloudfront_key_id,
            cloudfront_key=cloudfront_key,
            default_acl=None,
            file_overwrite=False,
            # At 0, its own default, an open file stays in memory whatever its size.
            max_memory_size=MIB,
            querystring_expire=300,
        )

    @property
    def client(self) -> Any:
        """boto3's S3 client: one for all threads, which it allows.

        To make it takes tens of megabytes for a moment, so no two threads make it at once.
        """
        with self._making_client:
            return self.bucket.meta.client

    def prepare(self) -> None:
        _ = self.client

    def check(self) -> None:
        # HeadBucket wants the same right, and its answer has no body that says why.
        with refusal_said(f"The bucket {self.bucket_name}"):
            self.client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)

    @property
    def encryption_fields(self) -> dict[str, str]:
        """`encryption` as fields of a browser's form."""
        names = {
            "ServerSideEncryption": "x-amz-server-side-encryption",
            "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
        }
        return {names[name]: value for name, value in self.encryption.items()}

    def exists(self, name: str) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        modified: datetime = self._head(name)["LastModified"]
        return modified

    def version(self, key: str) -> str:
        return str(self._head(key)["ETag"])

    def delete(self, name: str) -> None:
        self.client.delete_object(**self._object(name))

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder) / "file"
            with _missing_said(key):
                self.client.download_file(
                    self.bucket_name, self._key(key), str(path), Config=_MOVING
                )
            yield path

    def put(self, path: Path, key: str, *, content_type: str) -> None:
        self.client.upload_file(
            str(path),
            self.bucket_name,
            self._key(key),
            ExtraArgs={"ContentType": content_type, **self.encryption},
            Config=_MOVING,
        )

    def copy(self, source: str, target: str, *, content_type: str, version: str = "") -> None:
        how = {
            "ContentType": content_type,
            "MetadataDirective": "REPLACE",
            # A verdict on the source is one on the source; and tags would need more rights.
            "TaggingDirective": "REPLACE",
            **self.encryption,
        }
        if version:
            how["CopySourceIfMatch"] = version
        with _missing_said(source):
            self.client.copy(
                self._object(source),
                self.bucket_name,
                self._key(target),
                ExtraArgs=how,
                Config=_COPYING,
            )
        # AWS holds every part of a large copy to the version; other servers the first look only.
        if version and self.version(source) != version:
            raise Changed(source)

    def tags(self, key: str) -> dict[str, str]:
        with _missing_said(key):
            found = self.client.get_object_tagging(**self._object(key))
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    def list(self, prefix: str) -> Iterator[StoredFile]:
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket_name, Prefix=prefix):
            for found in page.get("Contents", []):
                yield StoredFile(found["Key"], found["Size"], found["LastModified"])

    def link(
        self, key: str, *, name: str, content_type: str, inline: bool, seconds: int
    ) -> str | None:
        answer = {
            "response-content-type": content_type,
            "response-content-disposition": disposition(name=name, inline=inline),
            "response-cache-control": f"private, max-age={min(seconds, CACHED_SECONDS)}",
        }
        if self.cloudfront_domain:
            return self._cloudfront_link(key, answer, seconds)
        parameters = {_as_parameter(header): value for header, value in answer.items()}
        link: str = self.client.generate_presigned_url(
            "get_object", Params={**self._object(key), **parameters}, ExpiresIn=seconds
        )
        return link

    def _cloudfront_link(self, key: str, answer: dict[str, str], seconds: int) -> str:
        address = (
            f"https://{self.cloudfront_domain}/{quote(self._key(key))}"
            f"?{urlencode(answer, quote_via=quote)}"
        )
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        link: str = self.cloudfront_signer.generate_presigned_url(address, date_less_than=until)
        return link

    def _head(self, key: str) -> dict[str, Any]:
        with _missing_said(key):
            found: dict[str, Any] = self.client.head_object(**self._object(key))
        return found

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._key(key)}

    def _key(self, key: str) -> str:
        """The key itself. SuspiciousFileOperation for one that would lead out of a folder."""
        if key.startswith("/") or ".." in key.split("/"):
            raise SuspiciousFileOperation(key)
        return key


def _client_config(*, own_server: bool) -> Config:
    # Other servers know neither host names by bucket nor the checksums that AWS added in 2024.
    checksums = "when_required" if own_server else "when_supported"
    return Config(
        signature_version="s3v4",
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=32,
        s3={
            "addressing_style": "path" if own_server else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        # Our own setting alone counts, or links would lead where the page may not go.
        ignore_configured_endpoint_urls=True,
    )


def _encryption(kind: str, kms_key: str) -> dict[str, str]:
    """As boto3 wants it at whatever writes an object."""
    if kind == "none":
        return {}
    return {"ServerSideEncryption": kind, **({"SSEKMSKeyId": kms_key} if kms_key else {})}


def _as_parameter(header: str) -> str:
    return header.title().replace("-", "")


@contextmanager
def _missing_said(key: str) -> Iterator[None]:
    """Raise FileNotFoundError for 404, Changed for 412."""
    try:
        yield
    except S3CopyFailedError as error:
        # Raised where a part of a large copy no longer is of the same source.
        raise Changed(key) from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404:
            raise FileNotFoundError(key) from error
        if status == 412:
            raise Changed(key) from error
        raise
