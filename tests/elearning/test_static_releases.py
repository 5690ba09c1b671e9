"""What an image takes over of the static files of the images before it."""

import json

import pytest

from elearning.static_releases import take_over


@pytest.fixture
def release(tmp_path):
    """Makes a STATIC_ROOT as collectstatic leaves it: `{"page.css": "page.<hash>.css"}`."""

    def make(number, **files):
        root = tmp_path / str(number)
        paths = {}
        for name, digit in files.items():
            hashed = f"elearning/{name}.{digit * 12}.css"
            paths[f"elearning/{name}.css"] = hashed
            for suffix in ("", ".gz", ".br"):
                path = root / f"{hashed}{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"release {number}{suffix}")
        (root / "staticfiles.json").write_text(json.dumps({"paths": paths}))
        return root

    return make


def hashed_files(root):
    return sorted(path.name for path in root.glob("elearning/*.css"))


def test_the_first_release_has_nothing_to_take_over(release, tmp_path):
    first = release(1, page="a")
    (tmp_path / "empty").mkdir()

    assert take_over(tmp_path / "none", first, releases=3) == 0
    assert take_over(tmp_path / "empty", first, releases=3) == 0
    assert json.loads((first / "releases.json").read_text()) == [
        ["elearning/page.aaaaaaaaaaaa.css"]
    ]


def test_a_changed_file_stays_reachable_under_its_former_hash_compressed_too(release, tmp_path):
    first, second = release(1, page="a", same="c"), release(2, page="b", same="c")
    take_over(tmp_path / "none", first, releases=3)

    assert take_over(first, second, releases=3) == 1

    assert (second / "elearning/page.aaaaaaaaaaaa.css").read_text() == "release 1"
    assert (second / "elearning/page.aaaaaaaaaaaa.css.br").read_text() == "release 1.br"
    assert (second / "elearning/page.aaaaaaaaaaaa.css.gz").read_text() == "release 1.gz"
    assert (second / "elearning/same.cccccccccccc.css").read_text() == "release 2"


def test_what_is_older_than_so_many_releases_is_dropped(release, tmp_path):
    former = tmp_path / "none"
    for number, digit in enumerate("abcd"):
        current = release(number, page=digit)
        take_over(former, current, releases=2)
        former = current

    assert hashed_files(current) == [
        "page.bbbbbbbbbbbb.css",
        "page.cccccccccccc.css",
        "page.dddddddddddd.css",
    ]


def test_a_folder_that_does_not_say_what_it_has_is_refused(release):
    with pytest.raises(ValueError, match="of no release of ours"):
        take_over(release(1, page="a"), release(2, page="b"), releases=3)
