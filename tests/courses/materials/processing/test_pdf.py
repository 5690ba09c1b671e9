"""A PDF's first page and its words, whatever is in it."""

import sys

import pytest
from PIL import Image

from courses.materials.processing import pdf, pdf_reader
from courses.materials.processing.errors import CannotMake, Trouble
from tests.courses.materials.processing.pdfs import write_pdf
from tests.shelf import FILES


def test_the_first_page_is_a_picture_that_is_not_blank(tmp_path):
    target = tmp_path / "page.webp"
    made = pdf.make_page(FILES / "maths.pdf", target, folder=tmp_path)
    assert max(made.width, made.height) == 1280
    with Image.open(target) as page:
        assert page.format == "WEBP"
        assert page.size == (made.width, made.height)
        darkest, lightest = page.convert("L").getextrema()
    assert darkest < 100 < 250 < lightest


def test_a_page_as_large_as_a_room_is_no_larger_a_picture(tmp_path):
    source = write_pdf(tmp_path / "poster.pdf", ["a"], size="14400 7200")
    made = pdf.make_page(source, tmp_path / "page.webp", folder=tmp_path)
    assert (made.width, made.height) == (1280, 640)


def test_the_words_of_all_pages_are_found(tmp_path):
    source = write_pdf(tmp_path / "a.pdf", ["Simultaneous", "equations"])
    assert pdf.read_text(source, folder=tmp_path) == "Simultaneous\n\nequations"


def test_japanese_is_read_as_it_is_typed(tmp_path):
    words = pdf.read_text(FILES / "maths.pdf", folder=tmp_path)
    assert "連立方程式" in words
    # Some PDFs hold the radicals that look like characters: ⽅ for 方.
    assert not [sign for sign in words if 0x2E80 <= ord(sign) <= 0x2FDF]


def test_a_book_is_cut_where_enough_was_read(tmp_path):
    source = write_pdf(tmp_path / "book.pdf", ["x" * 3000] * 110, size="50000 842")
    assert len(pdf.read_text(source, folder=tmp_path)) == pdf_reader.MOST_CHARACTERS


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4\nnothing", b"\0" * 5000], ids=["empty", "header", "zeros"]
)
def test_a_broken_pdf_is_a_trouble_that_can_be_said(tmp_path, content):
    source = tmp_path / "a.pdf"
    source.write_bytes(content)
    with pytest.raises(CannotMake) as no_page:
        pdf.make_page(source, tmp_path / "page.webp", folder=tmp_path)
    with pytest.raises(CannotMake) as no_text:
        pdf.read_text(source, folder=tmp_path)
    assert no_page.value.trouble == no_text.value.trouble == Trouble.DAMAGED


@pytest.fixture
def reader(monkeypatch, tmp_path):
    """`reader("…")`: PDFs are read by this program instead."""

    def instead(script):
        # The interpreter is given "-I", the reader's path and its arguments.
        program = tmp_path / "reader"
        program.write_text(f"#!{sys.executable}\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(pdf.sys, "executable", str(program))

    return instead


def read(tmp_path):
    return pdf.read_text(FILES / "maths.pdf", folder=tmp_path)


def test_a_pdf_that_crashes_its_reader_does_not_take_the_worker_along(reader, tmp_path):
    reader("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(CannotMake) as refused:
        read(tmp_path)
    assert refused.value.trouble == Trouble.DAMAGED


def test_a_pdf_that_is_never_done_is_given_up(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    reader("import time; time.sleep(60)")
    with pytest.raises(CannotMake) as refused:
        read(tmp_path)
    assert refused.value.trouble == Trouble.TOO_SLOW


def test_what_is_not_the_pdfs_fault_may_be_tried_again(reader, tmp_path):
    reader("raise ImportError('half an installation')")
    with pytest.raises(RuntimeError, match="half an installation"):
        read(tmp_path)
