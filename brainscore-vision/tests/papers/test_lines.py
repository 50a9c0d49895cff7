"""Lines of keys against texts whose lines are known, and against the parser over made-up files."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from brainscore_vision.papers.lines import key_lines

TEXT = '''# a comment with = and [table]
first = 1
list = [
    "a = 1",   # not a key
    "[b]",
]
"quoted key" = """
inside = 2
"""
[table]
a = 'x # y'
b.c = { d = 1, e = [1, 2] }

[table.deeper]
last = true
'''


def test_lines_of_a_text():
    assert key_lines(TEXT) == {
        ("first",): 2,
        ("list",): 3,
        ("quoted key",): 7,
        ("table",): 10,
        ("table", "a"): 11,
        ("table", "b"): 12,
        ("table", "b", "c"): 12,
        ("table", "deeper"): 14,
        ("table", "deeper", "last"): 15,
    }


names = st.text("abcdefgh_-", min_size=1, max_size=6)
values = st.one_of(
    st.integers(-5, 5).map(str),
    st.text("abc#=[]{}' ", max_size=8).map(lambda text: f'"{text}"'),
    st.lists(st.integers(0, 9), max_size=4).map(
        lambda items: "[\n" + "".join(f"  {item}, # {item}\n" for item in items) + "]"
    ),
    st.text("abc#=[]\n", max_size=12).map(lambda text: f'"""{text}"""'),
)


@given(st.dictionaries(names, st.dictionaries(names, values, max_size=4), min_size=1, max_size=4))
def test_every_key_of_a_file_is_found_where_it_stands(tables):
    text, expected = "", {}
    for table, entries in tables.items():
        expected[table,] = text.count("\n") + 1
        text += f"[{table}]\n"
        for key, value in entries.items():
            expected[table, key] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    assert set(tomllib.loads(text)) == set(tables)
    assert key_lines(text) == expected
