"""IAM database authentication: passwords that live for fifteen minutes."""

from functools import cache
from importlib import import_module
from typing import Any

from elearning.db.errors import NoToken


@cache
def _client(region: str) -> Any:
    # Not at the top: it takes a third of a second, and most installations never need it.
    return import_module("boto3").client("rds", region_name=region)


def fresh_token(*, host: str, port: int, user: str, region: str) -> str:
    """A password for one connect; signed here, by credentials that botocore may have to fetch.

    NoToken if there are none.
    """
    try:
        token: str = _client(region).generate_db_auth_token(
            DBHostname=host, Port=port, DBUsername=user, Region=region
        )
    except Exception as error:
        raise NoToken(f"There is no token to connect with: {type(error).__name__}") from error
    return token
