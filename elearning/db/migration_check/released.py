"""The file that says which migrations are released, and what was allowed since."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]


class NotReadable(Exception):
    """The file is not what it should be; says why."""


@dataclass(frozen=True, slots=True)
class Released:
    release: str
    """The one that is running, and runs on while the next is rolled out."""
    migrations: dict[str, str]
    """App label → its last released migration."""
    allowed: dict[str, dict[str, str]] = field(default_factory=dict)
    """`app.migration` → rule → why it is all right there."""

    def nodes(self, loader: MigrationLoader) -> list[Node]:
        """The last released migrations, as they are called today.

        Apps that are not installed any more are left out: their tables stay as they are.
        """
        return [
            _today(loader, app, name)
            for app, name in self.migrations.items()
            if app in loader.migrated_apps
        ]

    def write(self, path: Path) -> None:
        text = json.dumps(
            {"release": self.release, "migrations": self.migrations, "allowed": self.allowed},
            indent=2,
            ensure_ascii=False,
        )
        path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Released:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = Released(content["release"], content["migrations"], content["allowed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotReadable(f"{path} cannot be read: {type(error).__name__} {error}") from error
    if not _has_shape(found):
        raise NotReadable(f"{path} must have a release, migrations, and what is allowed and why.")
    return found


def all_of_today(loader: MigrationLoader, release: str) -> Released:
    """As if everything that is here were released."""
    return Released(release, dict(sorted(loader.graph.leaf_nodes())))


def _today(loader: MigrationLoader, app: str, name: str) -> Node:
    """The migration, or the one that it was squashed into."""
    if (app, name) in loader.graph.nodes:
        return app, name
    node: Node
    for node, migration in loader.graph.nodes.items():
        if (app, name) in migration.replaces:
            if migration.replaces[-1] == (app, name):
                return node
            raise NotReadable(
                f"{node[0]}.{node[1]} squashes released migrations together with newer ones."
            )
    raise NotReadable(f"{app}.{name} is said to be released, but is not there.")


def _has_shape(found: Released) -> bool:
    def texts(value: Any) -> bool:
        return isinstance(value, dict) and all(
            isinstance(text, str) and text.strip() for text in value.values()
        )

    return (
        isinstance(found.release, str)
        and texts(found.migrations)
        and isinstance(found.allowed, dict)
        and all(texts(reasons) for reasons in found.allowed.values())
    )
