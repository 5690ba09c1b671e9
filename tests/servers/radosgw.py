"""Ceph's RADOS gateway: an S3 that enforces what S3 enforces; docs/development.md says what not.

Three processes: a monitor (who is who), one object store (the bytes, in memory) and the
gateway (S3 over HTTP), which is reached through a Forwarder.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.servers.folder import ServerFolder
from tests.servers.forwarder import Forwarder
from tests.servers.ports import free_port
from tests.servers.server import Server

ACCESS_KEY = "juku-tests"
SECRET_KEY = "juku-tests-secret-1"
REGION = "ap-northeast-1"

# A ceiling, not an allocation: memory is taken as files come, and given back soon after they go.
_MOST_BYTES = 8 * 1024**3
_CONFIGURATION = """\
[global]
fsid = {cluster}
mon host = [v2:127.0.0.1:{monitor_port}/0]
mon initial members = a
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
# Without it the gateway waits for ever for a monitor that is reached without keys.
ms mon client mode = crc
keyring = /dev/null
run dir = {folder}
crash dir = {folder}
admin socket =
pid file =
log file =
log to stderr = true
err to stderr = true
mon data = {folder}/monitor
osd data = {folder}/object_store
# Every change of the cluster's map waits this long; the default second makes a start take 12 s.
paxos propose interval = 0.05
paxos min wait = 0.01
mon cluster log to file = false
mon data avail warn = 0
mon data avail crit = 0
mon allow pool size one = true
debug mon = 0
debug paxos = 0
debug rocksdb = 0
osd objectstore = memstore
memstore device bytes = {most_bytes}
osd max object name len = 256
osd max object namespace len = 64
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
rgw frontends = beast endpoint=127.0.0.1:{gateway_port}
rgw enable apis = s3
rgw thread pool size = 64
# With it a gateway that was killed is waited for, for half a minute, by its successor.
rgw cache enabled = false
# Deleted bytes are given back at once, not after two hours.
rgw gc obj min wait = 1
rgw gc processor period = 2
rgw gc processor max time = 2
rgw gc max objs = 1
# To lifecycle rules a day is two seconds long. At one, the gateway would do nothing else.
rgw lc debug interval = 2
rgw lc max objs = 1
rgw lc max worker = 1
"""


def missing() -> str | None:
    """What is not here but needed to run a Gateway, as a phrase; None when all is here."""
    packages = {
        "ceph": "ceph-common",
        "monmaptool": "ceph-common",
        "ceph-mon": "ceph-mon",
        "ceph-osd": "ceph-osd",
        "radosgw": "radosgw",
        "radosgw-admin": "radosgw",
    }
    for program, package in packages.items():
        if shutil.which(program) is None:
            return f"there is no {program}; apt install --no-install-recommends {package}"
    try:
        import boto3  # noqa: F401
    except ImportError:
        return "the Python package boto3 is missing; scripts/environment.sh image"
    return None


class _CephServer(Server):
    """A process of the cluster whose configuration is `folder`/ceph.conf."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self.folder = folder

    def of_ceph(self, program: str, *arguments: str | Path) -> list[str]:
        return [program, "--conf", str(self.folder / "ceph.conf"), *map(str, arguments)]

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


class Monitor(_CephServer):
    """One ceph-mon, the only one of its cluster."""

    def make_data(self) -> None:
        self.data.mkdir()
        map_file = self.folder / "monmap"
        address = f"[v2:127.0.0.1:{self.port}]"
        create = ["--create", "--fsid", self._cluster(), "--addv", "a", address, map_file]
        self.run_to_end(self.of_ceph("monmaptool", *create))
        self.run_to_end(self.of_ceph("ceph-mon", "--id", "a", "--mkfs", "--monmap", map_file))

    def command(self) -> list[str]:
        return self.of_ceph("ceph-mon", "--id", "a", "--foreground")

    def _cluster(self) -> str:
        lines = (self.folder / "ceph.conf").read_text().splitlines()
        return next(line.partition(" = ")[2] for line in lines if line.startswith("fsid = "))


class ObjectStore(_CephServer):
    """One ceph-osd that keeps everything in its memory: what was stored ends with it."""

    def make_data(self) -> None:
        self.data.mkdir()
        own_id = str(uuid.uuid4())
        self.run_to_end(self.of_ceph("ceph", "--connect-timeout", "20", "osd", "new", own_id))
        self.run_to_end(self.of_ceph("ceph-osd", "--id", "0", "--mkfs", "--osd-uuid", own_id))

    def command(self) -> list[str]:
        return self.of_ceph("ceph-osd", "--id", "0", "--foreground")

    def answers(self) -> bool:
        # It chooses its ports itself; who asks it for something waits until it is up.
        return True


class RadosGateway(_CephServer):
    """One radosgw. What is stored outlives it: stopped or killed and started, it has it all."""

    # An orderly end is quick, but may never come when it has only just started.
    stop_seconds = 8

    def make_data(self) -> None:
        self.data.mkdir()
        keys = ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
        user = ["user", "create", "--uid", "juku", "--display-name", "juku", *keys]
        self.run_to_end(self.of_ceph("radosgw-admin", *user))

    def command(self) -> list[str]:
        return self.of_ceph("radosgw", "--name", "client.gateway", "--foreground")

    def pause(self) -> None:
        """Let it hang: connections are accepted by the kernel, and nothing is answered."""
        process = self._signal(signal.SIGSTOP)
        # Until the last of its threads stands still, it may answer.
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let it go on where it was paused."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it orderly, paused or not; by force after `stop_seconds`."""
        if self.running:
            self.resume()
        super().stop()

    def _signal(self, which: signal.Signals) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("It does not run.")
        self._process.send_signal(which)
        return self._process


class Gateway:
    """An S3 with one account, and a Forwarder before it: the address that all are to use.

    `server` is the gateway itself: stop, kill, pause and start it, nothing stored is lost.
    `address` cuts, refuses and stalls connections. Signed addresses lead through it as well,
    for S3 signs the host and port that it was asked under.
    """

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY
    region = REGION

    def __init__(self, port: int | None = None) -> None:
        self._folder = ServerFolder("elearning-radosgw-")
        folder = self._folder.path
        self._monitor = Monitor(folder, "monitor")
        self._object_store = ObjectStore(folder, "object_store")
        self.server = RadosGateway(folder, "gateway")
        self.address = Forwarder(port or free_port(), self.server.port)
        (folder / "ceph.conf").write_text(
            _CONFIGURATION.format(
                cluster=uuid.uuid4(),
                folder=folder,
                monitor_port=self._monitor.port,
                gateway_port=self.server.port,
                most_bytes=_MOST_BYTES,
            )
        )

    @property
    def url(self) -> str:
        """The endpoint, by way of `address`, as "http://127.0.0.1:port"."""
        return f"http://127.0.0.1:{self.address.port}"

    # --- Beginning and end ----------------------------------------------------------------

    def start(self) -> None:
        """Start all of it; what was started is ended again when a part fails."""
        try:
            self._monitor.start()
            self._object_store.start()
            self.server.start()
            self.address.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything, and remove what was stored."""
        self.address.close()
        # In this order, or the gateway would hang. Nobody will read the data again.
        self.server.kill()
        self._object_store.kill()
        self._monitor.kill()
        self._folder.close()

    def restore(self) -> None:
        """Make all normal again, whatever was done to it; buckets are left as they are."""
        if self.server.running:
            self.server.resume()
        else:
            self.server.start()
        self.address.reset()

    # --- What a test does with it ---------------------------------------------------------

    def client(self, *, past_address: bool = False) -> Any:
        """A boto3 client of S3 (signature 4, bucket in the path) that tries everything once.

        With `past_address` it asks the server itself, whatever was done to the connections.
        """
        import boto3
        from botocore.config import Config

        url = f"http://127.0.0.1:{self.server.port}" if past_address else self.url
        return boto3.client(
            "s3",
            endpoint_url=url,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                connect_timeout=10,
                read_timeout=30,
            ),
        )

    def make_bucket(self, cors_origins: Iterable[str] = ()) -> str:
        """A new, empty, private bucket's name; pages of those origins may read and write it."""
        name = f"material-{secrets.token_hex(6)}"
        client = self.client(past_address=True)
        client.create_bucket(Bucket=name)
        if origins := list(cors_origins):
            rule = {
                "AllowedOrigins": origins,
                "AllowedMethods": ["PUT", "POST", "GET", "HEAD"],
                "AllowedHeaders": ["*"],
            }
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
        return name

    def remove_bucket(self, name: str) -> None:
        """Delete a bucket with all that is in it, begun uploads too."""
        client = self.client(past_address=True)
        pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=name)
        for upload in [each for page in pages for each in page.get("Uploads", [])]:
            client.abort_multipart_upload(
                Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"]
            )
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=name)
        for stored in [each for page in pages for each in page.get("Contents", [])]:
            client.delete_object(Bucket=name, Key=stored["Key"])
        client.delete_bucket(Bucket=name)
