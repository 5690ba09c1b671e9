"""Tokens of IAM: made here, by AWS's own library, and never twice the same connect's."""

from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("boto3", reason="boto3 is not installed; scripts/environment.sh image")

from elearning.db.backends.iam import _client, fresh_token


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "an example only")
    _client.cache_clear()
    yield
    _client.cache_clear()


def test_it_is_signed_for_this_user_at_this_server():
    token = fresh_token(host="db.internal", port=3306, user="juku", region="ap-northeast-1")

    parts = urlsplit(f"https://{token}")
    query = parse_qs(parts.query)
    assert parts.netloc == "db.internal:3306"
    assert query["Action"] == ["connect"]
    assert query["DBUser"] == ["juku"]
    assert query["X-Amz-Expires"] == ["900"]
    assert "/ap-northeast-1/rds-db/" in query["X-Amz-Credential"][0]
    assert query["X-Amz-Signature"]
