"""What differs between two texts: the pieces make up both, whatever the texts are."""

from hypothesis import given
from hypothesis import strategies as st

from grants.core.differing import GONE, NEW, SAME, Piece, word_changes

NBSP = "\u00a0"


def joined(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_make_up_both_texts(old, new):
    pieces = word_changes(old, new)

    assert joined(pieces, NEW) == old
    assert joined(pieces, GONE) == new


def test_words_and_grouped_numbers_differ_as_wholes():
    assert word_changes("tar fram ett gemensamt underlag", "tar fram ett delat underlag") == [
        Piece(SAME, "tar fram ett "),
        Piece(GONE, "gemensamt"),
        Piece(NEW, "delat"),
        Piece(SAME, " underlag"),
    ]
    assert word_changes(f"1{NBSP}100{NBSP}000", f"1{NBSP}200{NBSP}000") == [
        Piece(GONE, f"1{NBSP}100{NBSP}000"),
        Piece(NEW, f"1{NBSP}200{NBSP}000"),
    ]
    assert word_changes("", "") == []


def test_texts_that_are_too_long_to_compare_by_words_are_set_against_each_other():
    old, new = "a " * 1_500 + "a", "b " * 1_500 + "b"

    assert word_changes(old, new) == [Piece(GONE, old), Piece(NEW, new)]
