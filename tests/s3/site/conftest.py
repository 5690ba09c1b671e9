"""The real site beside the bucket where it keeps its material, and browsers that visit it."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser import Visitor
from tests.drop_zone import MIB
from tests.servers.site import Site

ENGLISH_LESSON = """
from courses.catalog.models import Course
from tests.cast import lesson
lesson(Course.objects.get(title__startswith="英語"), "第1回")
"""


@dataclass
class Place:
    """The site, and the bucket where it keeps its material."""

    site: Site
    gateway: Any
    bucket: str

    @property
    def client(self):
        return self.gateway.client(past_address=True)

    def state(self, name: str) -> list[str]:
        """The states of all uploads of this file name, the oldest first."""
        query = "select state from uploads_upload where name = ? order by created_at"
        return [state for (state,) in self.site.rows(query, name)]

    def published(self, name: str) -> list[str]:
        """The SHA-256 of what the bucket holds of each published upload of this name."""
        query = "select key from uploads_upload where name = ? and state = 'published'"
        return [self._sha256(key) for (key,) in self.site.rows(query, name)]

    def begun(self) -> list[str]:
        """The keys of multipart uploads that were neither completed nor aborted."""
        answer = self.client.list_multipart_uploads(Bucket=self.bucket)
        return [upload["Key"] for upload in answer.get("Uploads", [])]

    def keys(self, prefix: str) -> list[str]:
        answer = self.client.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for each in answer.get("Contents", [])]

    def _sha256(self, key: str) -> str:
        body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
        digest = hashlib.sha256()
        for chunk in body.iter_chunks(MIB):
            digest.update(chunk)
        return digest.hexdigest()


@pytest.fixture(scope="module")
def the_place(gateway):
    bucket = gateway.make_bucket()
    site = Site({"MATERIAL_BUCKET": bucket, "AWS_ENDPOINT_URL_S3": gateway.url})
    rule = {
        "AllowedOrigins": [site.url],
        "AllowedMethods": ["PUT", "POST", "GET", "HEAD"],
        "AllowedHeaders": ["*"],
    }
    client = gateway.client(past_address=True)
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    site.start()
    site.manage("shell", "-c", ENGLISH_LESSON)
    yield Place(site, gateway, bucket)
    site.stop()
    gateway.restore()
    gateway.remove_bucket(bucket)


@pytest.fixture
def place(the_place) -> Place:
    """The site as it should be, whatever the test before did to it."""
    the_place.site.restore()
    return the_place


@pytest.fixture
def visit(chromium, place):
    """`visit("tanaka")` signs that teacher in, in a browser of his own; nothing may complain."""
    visitors: list[Visitor] = []

    def signed_in(username: str = "tanaka") -> Visitor:
        context = chromium.new_context(
            locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        visitor = Visitor(context, place.site.url)
        visitors.append(visitor)
        visitor.sign_in(username)
        return visitor

    yield signed_in
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []
