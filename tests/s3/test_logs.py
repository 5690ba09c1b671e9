"""`manage.py logs` on a store that looks at signatures."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.log_lines import answered, write

HOUR = "logs/dt=2026-11-20/hour=08/"
SPAN = ("--from", "2026-11-20T17:00", "--to", "2026-11-20T18:00")


def requests_of(*arguments):
    """How many there were, by route."""
    out, beside = io.StringIO(), io.StringIO()
    call_command(
        "logs", "slowest-routes", *arguments, "--format", "json", stdout=out, stderr=beside
    )
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    return {row["route"]: row["requests"] for row in rows}


@pytest.fixture
def put(gateway, bucket, tmp_path):
    """`put(key, *lines)`, as Fluent Bit does: gzip, and said to be so."""
    client = gateway.client()

    def sent(key, *lines):
        file = write(tmp_path / key.replace("/", "_"), *lines)
        client.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), ContentEncoding="gzip")

    return sent


def test_an_hour_is_read_and_no_other(put, bucket):
    put(f"{HOUR}web-firelens-1.gz", answered("wanted"), answered("wanted"))
    put("logs/dt=2026-11-20/hour=09/web-firelens-1.gz", answered("other"))
    put("logs/dt=2026-11-19/hour=08/web-firelens-1.gz", answered("other"))
    assert requests_of("--bucket", bucket, *SPAN) == {"wanted": 2}


def test_a_store_that_refuses_or_is_away_is_said(put, bucket, cut, monkeypatch):
    put(f"{HOUR}web-firelens-1.gz", answered("wanted"))
    with pytest.raises(CommandError, match=r"cannot be read: S3 says \w+"):
        requests_of("--bucket", f"{bucket}-other", *SPAN)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(CommandError, match="cannot be read: S3 says SignatureDoesNotMatch"):
        requests_of("--bucket", bucket, *SPAN)
    cut.refuse()
    with pytest.raises(CommandError, match="cannot be read: EndpointConnectionError"):
        requests_of("--bucket", bucket, *SPAN)
