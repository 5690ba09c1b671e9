"""A bucket asked without Django and without our code."""

from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError


class Store:
    """The test's bucket, as the application and a browser use it."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def body(self, key: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def etag(self, key: str) -> str:
        return self.client.head_object(Bucket=self.bucket, Key=key)["ETag"]

    def link(self, what: str, key: str, seconds: int = 60, **more: Any) -> str:
        return self.client.generate_presigned_url(
            what, Params={"Bucket": self.bucket, "Key": key, **more}, ExpiresIn=seconds
        )

    def form(self, key: str, least: int, most: int, seconds: int = 60) -> dict[str, Any]:
        return self.client.generate_presigned_post(
            self.bucket,
            key,
            Fields={"Content-Type": "application/pdf"},
            Conditions=[
                ["content-length-range", least, most],
                {"Content-Type": "application/pdf"},
            ],
            ExpiresIn=seconds,
        )


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


def put(url: str, body: bytes) -> requests.Response:
    return requests.put(url, data=body, timeout=30)


def send(form: dict[str, Any], body: bytes, **fields: str) -> requests.Response:
    fields = {**form["fields"], **fields}
    return requests.post(form["url"], data=fields, files={"file": ("x", body)}, timeout=10)


def code(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return raised.value.response["Error"]["Code"]
