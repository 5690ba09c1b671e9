"""A certificate for 127.0.0.1 and the authority that signed it, made with openssl."""

import subprocess
from pathlib import Path

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]


def make_certificates(folder: Path) -> None:
    """Write ca.pem, server.pem and server.key into `folder`.

    Raises subprocess.CalledProcessError when openssl refuses.
    """

    def openssl_req(*arguments: str | Path) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", *_NEW_KEY, *arguments], check=True, capture_output=True
        )

    openssl_req(
        *("-subj", "/CN=Authority of the tests"),
        *("-keyout", folder / "ca.key", "-out", folder / "ca.pem"),
    )
    openssl_req(
        *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
        *("-addext", "basicConstraints=critical,CA:FALSE"),
        *("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"),
        *("-keyout", folder / "server.key", "-out", folder / "server.pem"),
    )
