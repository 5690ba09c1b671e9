"""The tests' settings with material in a bucket of a real S3, which conftest.py starts."""

import os

from tests.servers.ports import free_port
from tests.servers.radosgw import ACCESS_KEY, REGION, SECRET_KEY, missing

GATEWAY_PORT = free_port()
# Without boto3 the settings refuse a bucket, and nobody would hear what is missing.
if missing() is None:
    os.environ.update(
        MATERIAL_BUCKET="each-test-has-its-own",
        MATERIAL_ENCRYPTION="none",
        AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{GATEWAY_PORT}",
        AWS_REGION=REGION,
        AWS_ACCESS_KEY_ID=ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY=SECRET_KEY,
    )
    for of_the_developer in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(of_the_developer, None)

from tests.settings import *  # noqa: E402, F403 - they are made from the environment
from tests.settings import STORAGES  # noqa: E402

BUCKET_STORAGES = {name: STORAGES[name] for name in ("default", "uploads")}
