"""The command as an operator runs it, and what lies where afterwards."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

MIB = 1024 * 1024


def put(storage, key, content, folder):
    path = folder / "to-be-put"
    path.write_bytes(content)
    storage.put(path, key, content_type="video/mp4")


def content_of(storage, key):
    with storage.local_path(key) as path:
        return path.read_bytes()


def keys(storage):
    return {stored.key for stored in storage.list("")}


def damage(disk, key, content):
    """Other bytes in the very file, as a failing disk would have them."""
    with disk.local_path(key) as path:
        path.write_bytes(content)


def move(*options):
    """What was said, and what was complained of; complaints that ended it are raised."""
    out, err = StringIO(), StringIO()
    call_command("move_materials", *options, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def move_in_vain(*options):
    """The same where it must not succeed: all that was said."""
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("move_materials", *options, stdout=out, stderr=err)
    assert failure.value.returncode == 1
    return f"{out.getvalue()}{err.getvalue()}{failure.value}"


def in_sum(said, outcome):
    """How many files had this outcome."""
    found = re.search(rf"^{outcome}: (\d+) files", said, flags=re.MULTILINE)
    return int(found[1]) if found else 0
