"""Every log call of ours is an event named by a constant, with its facts in `extra`."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LAYERS = ("accounts", "courses", "config", "elearning")
# Where each takes its event: `log.log` has the level before it.
PLACES = {"debug": 0, "info": 0, "warning": 0, "error": 0, "exception": 0, "critical": 0, "log": 1}
# Passes on names that others give: words.EVENTS.
PASS_ON = {"elearning/db/events.py"}


def calls():
    """`(file, call, event)` of each."""
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in PLACES
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "logger", "logging")
                ):
                    yield name, node, node.args[PLACES[node.func.attr]]


def test_there_are_some():
    assert len(list(calls())) > 15


def test_each_is_a_verb_in_snake_case_and_no_sentence():
    wrong = []
    for name, node, said in calls():
        named = isinstance(said, ast.Constant) and isinstance(said.value, str)
        if name in PASS_ON:
            continue
        if not named or not said.value.isidentifier() or not said.value.islower():
            wrong.append(f"{name}:{node.lineno}")
        if node.args[-1] is not said or {key.arg for key in node.keywords} - {
            "extra",
            "exc_info",
            "stack_info",
        }:
            wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def test_no_exception_s_words_are_put_into_an_extra():
    """Nor a model, a key of the store or a file's name: `str(error)`, `f"{…}"`, `.key`, `.name`."""
    wrong = []
    for name, node, _ in calls():
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
