"""IAM database authentication: passwords that live for fifteen minutes."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def _client(region: str) -> Any:
    # Not at the top: it takes a third of a second, and most installations never need it.
    return import_module("boto3").client("rds", region_name=region)


def fresh_token(*, host: str, port: int, user: str, region: str) -> str:
    """A password for one connect; signed here, without a call to AWS."""
    token: str = _client(region).generate_db_auth_token(
        DBHostname=host, Port=port, DBUsername=user, Region=region
    )
    return token
