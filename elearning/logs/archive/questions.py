"""The saved questions: elearning/logs/queries/*.sql, which Athena and DuckDB both understand."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "queries"
SPAN = ("first_day", "last_day", "since", "until")
"""What every question is asked with first: days, as partitions are named, and times, in UTC."""

_PARAMETER = re.compile(r"(\w+) '([^']+)'")


@dataclass(frozen=True)
class Question:
    """`name` as in `manage.py logs NAME`; `parameters` in the order of the question marks."""

    name: str
    english: str
    japanese: str
    answers: str
    parameters: tuple[str, ...]
    examples: tuple[str, ...]
    sql: str

    @property
    def own_parameters(self) -> tuple[str, ...]:
        """Those beside the span."""
        return self.parameters[len(SPAN) :]


def questions() -> dict[str, Question]:
    """All of them by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.sql"))}


def _read(path: Path) -> Question:
    """Of a file that begins with a comment: `English / 日本語`, sentences, `Parameters: …`."""
    sql = path.read_text(encoding="utf-8")
    comment = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        comment.append(line.removeprefix("--").strip())
    title, _, rest = "\n".join(comment).partition("\n")
    english, _, japanese = title.partition(" / ")
    answers, _, listed = rest.partition("Parameters:")
    found = _PARAMETER.findall(listed)
    return Question(
        name=path.stem,
        english=english,
        japanese=japanese,
        answers=" ".join(answers.split()),
        parameters=tuple(name for name, _ in found),
        examples=tuple(example for _, example in found),
        sql=sql,
    )
