"""Every log call of ours is an event named by a constant, with its facts in `extra`."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LAYERS = ("accounts", "courses", "config", "elearning")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
# These pass on names that others give: events.tell()'s, and each request's level.
PASS_ON = {"elearning/db/events.py"}


def calls():
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in LEVELS
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "logger", "logging")
                ):
                    yield name, node


def test_there_are_some():
    assert len(list(calls())) > 15


def test_each_is_a_verb_in_snake_case_and_no_sentence():
    wrong = []
    for name, node in calls():
        said = node.args[0]
        named = isinstance(said, ast.Constant) and isinstance(said.value, str)
        if name in PASS_ON:
            continue
        if not named or not said.value.isidentifier() or not said.value.islower():
            wrong.append(f"{name}:{node.lineno}")
        if len(node.args) > 1 or {key.arg for key in node.keywords} - {
            "extra",
            "exc_info",
            "stack_info",
        }:
            wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def test_no_exception_s_words_are_put_into_an_extra():
    """Nor a model, a key of the store or a file's name: `str(error)`, `f"{…}"`, `.key`, `.name`."""
    wrong = []
    for name, node in calls():
        for key in node.keywords:
            if key.arg != "extra" or name in PASS_ON:
                continue
            for inner in ast.walk(key.value):
                texts = isinstance(inner, ast.JoinedStr) or (
                    isinstance(inner, ast.Call)
                    and isinstance(inner.func, ast.Name)
                    and inner.func.id in ("str", "repr")
                )
                names = isinstance(inner, ast.Attribute) and inner.attr in ("key", "name", "path")
                if texts or names:
                    wrong.append(f"{name}:{inner.lineno}")
    assert wrong == []
