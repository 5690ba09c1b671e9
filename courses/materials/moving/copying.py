"""One file to the other place, proven there; and, when told, away from where it was."""

from enum import Enum

from courses.materials.moving.named import NamedFile
from courses.materials.moving.places import Found, Place, Tell, sha256_of
from elearning.storage.errors import Changed


class Outcome(Enum):
    COPIED = "copied"
    THERE = "already there"
    NEWER = "newer there, and left so"
    REMOVED = "removed"
    NOTHING = "nothing to remove"


class NotMoved(Exception):
    """This file was left as it is; why, in words."""


def copy(file: NamedFile, source: Place, target: Place, *, quick: bool, tell: Tell) -> Outcome:
    """See that `target` holds the file as its row describes it; COPIED, THERE or NEWER.

    What is at the target already is replaced only if it is proven wrong or outdated: of an
    upload the row's SHA-256 decides, of what was made from one the later of the two.
    `quick` believes sizes and what is noted, and reads nothing back. Raises NotMoved and
    PlaceFailed.
    """
    here, there = source.look(file.key), target.look(file.key)
    if here is None:
        if there is None or file.size not in (None, there.size):
            raise NotMoved(f"it is gone from {source.name}")
        return Outcome.THERE
    if there and _is_whole(file, here, there, target, quick=quick):
        return Outcome.THERE
    try:
        with source.fetch(file.key, tell) as path:
            sha256 = sha256_of(path, _nobody)
            if there and not file.sha256:
                if _sha256_at(target, file.key) == sha256:
                    return Outcome.THERE
                if there.modified > here.modified:
                    return Outcome.NEWER
            _refuse_damaged(file, path.stat().st_size, sha256, source)
            try:
                target.put(
                    path,
                    file.key,
                    content_type=file.content_type,
                    sha256=sha256,
                    instead_of=there,
                    tell=tell,
                )
            except Changed as error:
                # Or it was our own: the answer was lost, and it was sent once more.
                now = target.look(file.key)
                if now is None or now.sha256 != sha256:
                    raise NotMoved(f"another one came to {target.name} meanwhile") from error
            size = path.stat().st_size
    except OSError as error:
        raise NotMoved(_unreadable(source, error)) from error
    _prove(file, size, "" if quick else sha256, target)
    return Outcome.COPIED


def remove(file: NamedFile, source: Place, target: Place, *, tell: Tell) -> Outcome:
    """Remove the file from `source` if `target` holds the very same; REMOVED or NOTHING.

    Both are read as a whole. Raises NotMoved and PlaceFailed.
    """
    here, there = source.look(file.key), target.look(file.key)
    if here is None:
        return Outcome.NOTHING
    if there is None:
        raise NotMoved(f"it is not in {target.name} yet: run this without --remove first")
    try:
        with source.fetch(file.key, _nobody) as path:
            sha256 = sha256_of(path, _nobody)
            _refuse_damaged(file, path.stat().st_size, sha256, source)
    except OSError as error:
        raise NotMoved(_unreadable(source, error)) from error
    if _sha256_at(target, file.key, tell) != sha256:
        raise NotMoved(f"what {target.name} holds differs")
    if (source.look(file.key), target.look(file.key)) != (here, there):
        raise NotMoved("it was changed meanwhile")
    source.remove(file.key)
    return Outcome.REMOVED


def _is_whole(file: NamedFile, here: Found, there: Found, target: Place, *, quick: bool) -> bool:
    """Whether there is no need to read the source: what was moved before is passed fast."""
    if there.size != (file.size or here.size):
        return False
    if not file.sha256:
        # Nobody knows what it should be: it must be a copy, and not older than the original.
        return (quick or there.sha256 != "") and there.modified >= here.modified
    if quick:
        return there.sha256 in ("", file.sha256)
    return (there.sha256 or _sha256_at(target, file.key)) == file.sha256


def _refuse_damaged(file: NamedFile, size: int, sha256: str, source: Place) -> None:
    if file.size not in (None, size):
        raise NotMoved(f"it is damaged: {size} bytes in {source.name}, but {file.size} were sent")
    if file.sha256 not in ("", sha256):
        raise NotMoved(f"it is damaged: in {source.name} its SHA-256 is another than when checked")


def _prove(file: NamedFile, size: int, sha256: str, target: Place) -> None:
    """Read back what was just put; what has not arrived as it was sent does not stay."""
    there = target.look(file.key)
    whole = there is not None and there.size == size
    if whole and sha256:
        whole = _sha256_at(target, file.key) == sha256
    if not whole:
        target.remove(file.key)
        raise NotMoved(f"it did not arrive whole in {target.name}: run this again")


def _sha256_at(place: Place, key: str, tell: Tell | None = None) -> str:
    """ "" if it has gone, or cannot be read."""
    try:
        with place.fetch(key, _nobody) as path:
            return sha256_of(path, tell or _nobody)
    except OSError:
        return ""


def _unreadable(source: Place, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"it is gone from {source.name}"
    return f"{source.name} cannot read it: {error.strerror}"


def _nobody(count: int) -> None:
    """Nobody is told of these bytes."""
