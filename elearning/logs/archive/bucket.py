"""The bucket of the archive: the hours that are wanted, copied here."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from elearning.logs.archive.files import keep

PREFIX = "logs/"
"""Where deploy/logs/fluent-bit.conf writes to."""

_AT_ONCE = 8


class Unreachable(Exception):
    """The bucket does not answer, is not there, or not for us; the text says which."""


def fetch(
    bucket: str,
    prefix: str,
    partitions: Iterable[str],
    folder: Path,
    *,
    region: str | None = None,
    endpoint: str | None = None,
) -> tuple[int, int]:
    """Copy the files of `partitions` ("dt=2026-11-20/hour=08") below `prefix` into `folder`.

    How many there were, and their bytes. The names there are ours, whatever the keys. Credentials
    are boto3's; so are `region` and `endpoint` without any. Raises Unreachable.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        raise Unreachable("boto3 is not installed") from error
    try:
        client = _client(region, endpoint)

        def download(numbered: tuple[int, str]) -> int:
            number, key = numbered
            body = client.get_object(Bucket=bucket, Key=key)["Body"]
            return keep(body, folder, f"{number:06}")

        keys = [key for each in partitions for key in _keys(client, bucket, f"{prefix}{each}/")]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sizes = list(pool.map(download, enumerate(keys)))
    except ClientError as error:
        raise Unreachable(f"S3 says {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise Unreachable(type(error).__name__) from error
    return len(sizes), sum(sizes)


def _client(region: str | None, endpoint: str | None) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.session.Session().client(
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=_AT_ONCE,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )


def _keys(client: Any, bucket: str, prefix: str) -> Iterator[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        yield from (found["Key"] for found in page.get("Contents", ()))
