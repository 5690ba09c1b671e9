"""moto's S3: starts at once, inside this process; refuses neither signatures nor expired links.

What the store itself must refuse is tested on a Gateway (radosgw.py).
"""

import secrets
from typing import Any

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

REGION = "ap-northeast-1"
# It takes any.
ACCESS_KEY = "juku-tests"
SECRET_KEY = "juku-tests-secret-1"


class Moto:
    """An S3 in a thread of its own, on a free port of 127.0.0.1, that forgets when it stops."""

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY
    region = REGION

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    @property
    def url(self) -> str:
        """The endpoint, as "http://127.0.0.1:port"; there is none before start()."""
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def client(self) -> Any:
        """A boto3 client of S3 that tries everything once."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def make_bucket(self) -> str:
        """A new, empty bucket's name."""
        name = f"material-{secrets.token_hex(6)}"
        self.client().create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region}
        )
        return name
