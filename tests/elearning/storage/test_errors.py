"""What counts as a store that does not answer, and that none of it needs an AWS library."""

import subprocess
import sys
from pathlib import Path

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as botocore

from elearning.storage.bucket import Bucket
from elearning.storage.errors import (
    StoreRefuses,
    StoreUnavailable,
    refusal_said,
    unavailable_said,
)
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


def answer(status, code):
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.ClientError(response, "GetObject")


@pytest.mark.parametrize(
    "error",
    [
        botocore.EndpointConnectionError(endpoint_url="https://s3"),
        botocore.ConnectTimeoutError(endpoint_url="https://s3"),
        botocore.ReadTimeoutError(endpoint_url="https://s3"),
        botocore.ConnectionClosedError(endpoint_url="https://s3"),
        botocore.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        botocore.ResponseStreamingError(error="cut"),
        botocore.SSLError(endpoint_url="https://s3", error="cut"),
        botocore.CredentialRetrievalError(provider="container-role", error_msg="no answer"),
        answer(500, "InternalError"),
        answer(503, "SlowDown"),
        answer(400, "RequestTimeout"),
        answer(429, "SlowDown"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_store_that_does_not_answer_is_unavailable(error):
    with pytest.raises(StoreUnavailable) as said, unavailable_said():
        raise error
    assert said.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        answer(403, "AccessDenied"),
        answer(404, "NoSuchKey"),
        answer(400, "InvalidArgument"),
        botocore.NoCredentialsError(),
        botocore.ParamValidationError(report="no key"),
        FileNotFoundError("verified/none"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_of_ours_stays_what_it_is(error):
    with pytest.raises(type(error)) as said, unavailable_said():
        raise error
    assert said.value is error


@pytest.mark.parametrize(
    ("cause", "said"),
    [(answer(503, "SlowDown"), StoreUnavailable), (answer(403, "Denied"), S3UploadFailedError)],
)
def test_what_boto3_wraps_is_judged_by_its_cause(cause, said):
    @unavailable_said()
    def upload():
        try:
            raise cause
        except botocore.ClientError:
            raise S3UploadFailedError("Failed to upload")  # noqa: B904 - as boto3 does

    with pytest.raises(said):
        upload()


@pytest.mark.parametrize(
    "error",
    [
        answer(403, "SignatureDoesNotMatch"),
        answer(404, "NoSuchBucket"),
        botocore.NoCredentialsError(),
        botocore.ProfileNotFound(profile="juku"),
    ],
    ids=str,
)
def test_a_store_that_does_not_let_us_in_refuses_in_a_sentence(error):
    with pytest.raises(StoreRefuses) as said, refusal_said("The bucket juku"):
        raise error
    assert str(said.value) == f"The bucket juku cannot be used: {error}"


@pytest.mark.parametrize(
    "error",
    [
        answer(503, "SlowDown"),
        botocore.EndpointConnectionError(endpoint_url="https://s3"),
        FileNotFoundError("verified/none"),
        StoreUnavailable(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_away_or_not_there_does_not_refuse(error):
    with pytest.raises(type(error)) as said, refusal_said():
        raise error
    assert said.value is error


def test_a_function_can_say_it_too():
    @unavailable_said()
    def ask():
        raise botocore.EndpointConnectionError(endpoint_url="https://s3")

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            ask()


def test_every_method_of_a_bucket_that_is_away_says_it(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    away = Bucket(
        bucket_name="juku",
        region_name="ap-northeast-1",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
    )
    path = tmp_path / "original"
    path.write_bytes(b"print")
    asked = [
        lambda: away.size("one"),
        lambda: away.exists("one"),
        lambda: away.delete("one"),
        lambda: away.open("one"),
        lambda: away.put(path, "one", content_type="a/b"),
        lambda: away.copy("one", "two", content_type="a/b"),
        lambda: away.local_path("one").__enter__(),
        lambda: next(away.list("")),
        away.check,
    ]
    for ask in asked:
        with pytest.raises(StoreUnavailable), unavailable_said():
            ask()


def test_material_on_this_disk_needs_no_aws_library():
    """`make run` installs none."""
    script = (
        "import sys; sys.modules.update(boto3=None, botocore=None, s3transfer=None);"
        "import elearning.storage.local, elearning.storage.delivery;"
        "from elearning.storage.errors import refusal_said, unavailable_said\n"
        "try:\n"
        "    with refusal_said(), unavailable_said(): raise ConnectionError\n"
        "except ConnectionError: print('as it was')"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.stdout == "as it was\n", said.stderr
