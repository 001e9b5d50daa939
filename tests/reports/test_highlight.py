from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.highlight import CLASSES, runs_of

PIECES = [
    "def ",
    "class ",
    "f",
    "x1",
    " ",
    "\n",
    "    ",
    "'",
    '"',
    '"""',
    "'''",
    "r'",
    "#",
    "\\",
    "1.5e3",
    "0x_f",
    "é",
    "😀",
]
PIECES += ["return", "returned", "None", "(", "_", "²", "rb", "‿"]


def coloured(code):
    """Each piece of a program that has a colour, and which."""
    runs, units, start = runs_of(code), code.encode("utf-16-le"), 0
    found = []
    for kind, length in zip(runs[::2], runs[1::2], strict=True):
        piece = units[2 * start : 2 * (start + length)].decode("utf-16-le")
        start += length
        if kind:
            found.append((CLASSES[kind], piece))
    return found


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(st.characters(exclude_categories=["Cs"])))
def test_runs_cover_the_whole_text_in_units_of_utf_16(code):
    runs = runs_of(code)
    assert 2 * sum(runs[1::2]) == len(code.encode("utf-16-le"))
    assert all(length > 0 for length in runs[1::2])


def test_a_program_is_coloured():
    code = 'def solve(x1):\n    """Say "a"."""  # why\n    return None if x1 else r"\\d" + f\'😀\' + 1.5\n'
    code += "class Two: pass\n"
    assert coloured(code) == [
        ("keyword", "def"), ("name", "solve"), ("string", '"""Say "a"."""'), ("comment", "# why"),
        ("keyword", "return"), ("keyword", "None"), ("keyword", "if"), ("keyword", "else"), ("string", 'r"\\d"'),
        ("string", "f'😀'"), ("number", "1.5"), ("keyword", "class"), ("name", "Two"), ("keyword", "pass"),
    ]  # fmt: skip


def test_words_that_only_begin_like_keywords_are_plain():
    assert coloured("format = notation(in_, is2)") == []


def test_a_string_that_is_never_closed_ends_with_its_line_or_with_the_text():
    assert coloured('x = "open\ny') == [("string", '"open')]
    assert coloured("x = '''open\ny") == [("string", "'''open\ny")]
