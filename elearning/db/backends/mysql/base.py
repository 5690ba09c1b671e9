"""MySQL, MariaDB and Aurora MySQL."""

from typing import Any

from django.db.backends.mysql import base

from elearning.db.backends.iam import fresh_token
from elearning.db.backends.watched import WatchedWrapper


class DatabaseWrapper(WatchedWrapper, base.DatabaseWrapper):
    """Django's, watched; with `iam_auth` in OPTIONS a fresh IAM token is each connect's password.

    `iam_auth` names the AWS region.
    """

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        region = params.pop("iam_auth", None)
        if region:
            params["password"] = fresh_token(
                host=params["host"],
                port=params.get("port", 3306),
                user=params["user"],
                region=region,
            )
        return params

    def make_read_only(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")

    def is_read_only_server(self) -> bool:
        with self.cursor() as cursor:
            # Aurora's readers say it by the second.
            cursor.execute("SELECT @@global.read_only OR @@global.innodb_read_only")
            (read_only,) = cursor.fetchone()
        return bool(int(read_only))
