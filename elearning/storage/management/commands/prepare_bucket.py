"""`manage.py prepare_bucket`: make the configured bucket ready for material."""

import re
from typing import TYPE_CHECKING, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elearning.storage.current import material_storage
from elearning.storage.local import LocalFiles

if TYPE_CHECKING:
    from elearning.storage.bucket import Bucket

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


def origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError
    return text


class Command(BaseCommand):
    help = (
        "Sets what the bucket of MATERIAL_BUCKET needs: the site's pages may send to it, "
        "unfinished uploads are removed, nothing in it is public, and it encrypts. For stores "
        "that no CloudFormation sets up; it may be run again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--origin",
            type=origin,
            action="append",
            required=True,
            help="where the site's pages are, as https://juku.example.jp; may be repeated",
        )
        parser.add_argument("--create", action="store_true", help="make it if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        storage = material_storage()
        if isinstance(storage, LocalFiles):
            raise CommandError(
                "Material is kept on this disk: set MATERIAL_BUCKET,"
                " and not MATERIAL_STORAGE=local."
            )
        # Without boto3 there is no bucket either.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.prepare(cast("Bucket", storage), options["origin"], options["create"])
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The store refuses or does not answer: {error}") from error

    def prepare(self, storage: "Bucket", origins: list[str], create: bool) -> None:
        from elearning.storage.preparing import NoBucket, create_bucket, prepare, require_bucket

        client, name = storage.client, storage.bucket_name
        try:
            require_bucket(client, name)
        except NoBucket as error:
            if not create:
                raise CommandError(
                    f"There is no bucket {name}; --create makes it, unless the name is wrong."
                ) from error
            create_bucket(client, name)
            self.stdout.write(f"{name} is made.")
        for done in prepare(client, name, origins=origins, encryption=storage.encryption):
            says = done.says if done.known else self.style.WARNING(done.says)
            self.stdout.write(f"{done.what}: {says}")
