"""Pictures in the web's sizes, and what is no longer in them."""

import pytest
from PIL import Image, ImageCms

from courses.materials.processing import images
from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble
from courses.materials.processing.images import make_copy


@pytest.fixture
def target(tmp_path):
    return tmp_path / "copy.webp"


def colour_at(path, x, y):
    with Image.open(path) as picture:
        return picture.convert("RGB").getpixel((x, y))


def is_near(found, wanted, by=20):
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def test_a_copy_is_a_webp_of_the_size_asked_for(photo, target):
    made = make_copy(photo(2000, 1500), target, widest=640)
    with Image.open(target) as copy:
        assert copy.format == "WEBP"
        assert copy.size == (640, 480) == (made.width, made.height)


def test_a_picture_is_never_made_larger(photo, target):
    made = make_copy(photo(300, 200), target, widest=640)
    assert (made.width, made.height) == (300, 200)


def test_where_and_by_what_a_photo_was_taken_is_gone(photo, target):
    source = photo(2000, 1500, place=True, orientation=6)
    with Image.open(source) as original:
        assert original.getexif().get_ifd(0x8825)

    make_copy(source, target, widest=1280)

    with Image.open(target) as copy:
        assert not dict(copy.getexif())
        assert "exif" not in copy.info
        assert "icc_profile" not in copy.info
    content = target.read_bytes()
    for trace in (b"EXIF", b"Exif", b"XMP ", b"ICCP", b"PhoneMaker"):
        assert trace not in content


def test_a_png_and_a_webp_lose_theirs_too(tmp_path, target):
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    for ending in ("png", "webp"):
        source = tmp_path / f"picture.{ending}"
        Image.new("RGB", (50, 50), "red").save(source, exif=exif)
        assert b"PhoneMaker" in source.read_bytes()
        make_copy(source, target, widest=640)
        assert b"PhoneMaker" not in target.read_bytes()


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (200, 100), (20, 50)),
        (3, (200, 100), (180, 50)),
        (6, (100, 200), (50, 20)),
        (8, (100, 200), (50, 180)),
    ],
)
def test_a_photo_of_a_turned_phone_is_upright(photo, target, orientation, size, red_at):
    made = make_copy(photo(200, 100, orientation=orientation), target, widest=640)
    assert (made.width, made.height) == size
    assert is_near(colour_at(target, *red_at), (254, 0, 0))


def test_a_large_scan_is_made_small_before_it_is_turned_and_recoloured(photo, target, monkeypatch):
    """80 million pixels take 320 MB once; three times would end a worker."""
    turned = []
    turn = images.ImageOps.exif_transpose

    def watched(picture):
        turned.append(picture.size)
        return turn(picture)

    monkeypatch.setattr(images.ImageOps, "exif_transpose", watched)
    made = make_copy(photo(2000, 1500, orientation=6), target, widest=300)
    assert turned == [(400, 300)]
    assert (made.width, made.height) == (300, 400)


def test_a_size_that_a_smaller_one_holds_already_is_left_out(photo, target):
    # Stored 1500 wide, but turned it is 500 wide: 640 holds it whole.
    source = photo(1500, 500, orientation=6)
    with pytest.raises(NotNeeded):
        make_copy(source, target, widest=1280, narrower=640)
    assert not target.exists()
    assert make_copy(source, target, widest=640).width == 500


def swapped_profile():
    """sRGB with its red and blue exchanged, so that it shows whether anyone looks at it."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return (
        plain.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_with_a_profile_of_their_own_become_the_webs(tmp_path, target, mode):
    source = tmp_path / "profiled.png"
    red = (255, 0, 0) if mode == "RGB" else (255, 0, 0, 255)
    Image.new(mode, (60, 40), red).save(source, icc_profile=swapped_profile())
    make_copy(source, target, widest=640)
    assert is_near(colour_at(target, 30, 20), (0, 0, 255), by=30)


def test_a_profile_that_is_none_is_no_trouble(tmp_path, target):
    source = tmp_path / "odd.jpg"
    Image.new("RGB", (60, 40), (200, 30, 30)).save(source, icc_profile=b"nonsense", quality=95)
    make_copy(source, target, widest=640)
    assert is_near(colour_at(target, 30, 20), (200, 30, 30))
    assert b"nonsense" not in target.read_bytes()


def test_print_colours_are_shown_as_they_look(tmp_path, target):
    source = tmp_path / "cmyk.jpg"
    Image.new("CMYK", (60, 40), (0, 255, 255, 0)).save(source, quality=95)
    make_copy(source, target, widest=640)
    red, green, blue = colour_at(target, 30, 20)
    assert red > 180 > 90 > max(green, blue)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "I;16", "1", "L"])
def test_every_kind_of_png_can_be_copied(tmp_path, target, mode):
    source = tmp_path / "a.png"
    Image.new(mode, (70, 30)).save(source)
    assert make_copy(source, target, widest=640).width == 70


def test_what_was_transparent_stays_so(tmp_path, target):
    source = tmp_path / "a.png"
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(source)
    make_copy(source, target, widest=640)
    with Image.open(target) as copy:
        assert copy.convert("RGBA").getpixel((20, 20))[3] == 0


def test_a_picture_as_long_as_a_scroll_still_fits(tmp_path, target):
    source = tmp_path / "long.png"
    Image.new("L", (600, 20_000)).save(source)
    made = make_copy(source, target, widest=640)
    assert made.height == 16_383


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, target, monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 100 * 100)
    source = tmp_path / "bomb.png"
    Image.new("1", (101, 100)).save(source)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(CannotMake) as refused:
        make_copy(source, target, widest=640)
    assert refused.value.trouble == Trouble.TOO_LARGE


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_a_broken_picture_is_a_trouble_that_can_be_said(tmp_path, target, content):
    source = tmp_path / "a.png"
    source.write_bytes(content)
    with pytest.raises(CannotMake) as refused:
        make_copy(source, target, widest=640)
    assert refused.value.trouble == Trouble.DAMAGED


def test_a_picture_that_ends_early_is_one_too(photo, target, tmp_path):
    whole = photo(400, 300).read_bytes()
    source = tmp_path / "half.jpg"
    source.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotMake):
        make_copy(source, target, widest=640)
