import zipfile

import pytest

from brainscore_core.data.stimuli_csv import read_stimulus_csv, read_stimulus_table
from brainscore_core.data.store import fetch, unpack
from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidStimulusSet


@pytest.fixture
def stimulus_set(tmp_path):
    def make(table, files=("a.png", "b.png")):
        (tmp_path / "set.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
        for name in files:
            path = tmp_path / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        return tmp_path / "set.csv", tmp_path / "files"

    return make


def contents(paths):
    return {stimulus_id: path.read_text() for stimulus_id, path in paths.items()}


@pytest.mark.parametrize(
    "table",
    [
        "stimulus_id,filename\n007,a.png\nNA,b.png\n",
        "image_id,filename\n007,a.png\nNA,b.png\n",
        "stimulus_id,stimulus_path_within_store\n007,a.png\nNA,b.png\n",
        "stimulus_id,stimulus_path_within_store\n007,a\nNA,b\n",
        "image_id,stimulus_path_within_store,filename,stimulus_id\nx,y,a.png,007\nx,y,b.png,NA\n",
    ],
)
def test_ids_and_files_by_every_name_they_had(stimulus_set, table):
    read, paths = read_stimulus_csv(*stimulus_set(table))
    assert read["stimulus_id"].tolist() == ["007", "NA"]
    assert contents(paths) == {"007": "a.png", "NA": "b.png"}


def test_other_columns_are_kept(stimulus_set):
    table, _ = read_stimulus_csv(
        *stimulus_set("degrees,stimulus_id,filename,object_name,ok\n8.5,2,b.png,dog,True\n,1,a.png,,False\n")
    )
    assert list(table.columns) == ["degrees", "stimulus_id", "filename", "object_name", "ok"]
    assert table["degrees"].tolist()[0] == 8.5 and table["degrees"].isna().tolist() == [False, True]
    assert table["ok"].tolist() == [True, False]
    assert table["stimulus_id"].tolist() == ["2", "1"]


def test_a_table_alone(stimulus_set):
    path, _ = stimulus_set("image_id,object_name\n007,dog\n", [])
    assert read_stimulus_table(path)["stimulus_id"].tolist() == ["007"]


def test_files_in_folders_and_two_ids_for_one_file(stimulus_set):
    _, paths = read_stimulus_csv(*stimulus_set("stimulus_id,filename\n1,deep/c.png\n2,deep/c.png\n", ["deep/c.png"]))
    assert contents(paths) == {"1": "deep/c.png", "2": "deep/c.png"}


def test_what_archivers_leave_is_no_stimulus(stimulus_set):
    files = ["a.png", "__MACOSX/._a.png", ".DS_Store", "._a.png", "Thumbs.db", "README"]
    _, paths = read_stimulus_csv(*stimulus_set("stimulus_id,stimulus_path_within_store\n1,a\n", files))
    assert contents(paths) == {"1": "a.png"}


def test_an_exact_name_comes_before_one_with_an_extension_more(stimulus_set):
    _, paths = read_stimulus_csv(*stimulus_set("stimulus_id,filename\n1,a.png\n", ["a.png", "a.png.jpg"]))
    assert contents(paths) == {"1": "a.png"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("name,filename\nx,a.png\n", "columns name, filename.*stimulus_id or image_id"),
        ("stimulus_id,path\nx,a.png\n", "filename or stimulus_path_within_store"),
        ("stimulus_id,filename\n", "no rows"),
        ("stimulus_id,filename\n,a.png\n2,b.png\n", "empty stimulus_id"),
        ("stimulus_id,filename\n1,a.png\n1,b.png\n", "'1'"),
        ("stimulus_id,filename\n1,a.png\n2,b.png\n3,c.png\n", "no file for 1 of 3 stimuli .'3'"),
        ("stimulus_id,filename\n1,a.png\n2,\n", "'2'"),
        ("stimulus_id,filename\n1,a.png\n2,../set.csv\n", "'2'"),
        ("stimulus_id,filename\n1,a.png\n2,/etc/passwd\n", "'2'"),
    ],
)
def test_a_table_that_is_none_of_this_archive(stimulus_set, table, said):
    with pytest.raises(InvalidStimulusSet, match=f"set.csv.*{said}"):
        read_stimulus_csv(*stimulus_set(table))


def test_a_name_without_extension_that_fits_two_files(stimulus_set):
    with pytest.raises(InvalidStimulusSet, match="no file for 1 of 1"):
        read_stimulus_csv(*stimulus_set("stimulus_id,stimulus_path_within_store\n1,a\n", ["a.png", "a.jpg"]))


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\xff\xfe", b'stimulus_id,filename\n"1,a.png\n', b"a,b\n1,2,3\n4,5,6,7\n"]
)
def test_no_csv(stimulus_set, content):
    with pytest.raises(InvalidFile, match="set.csv cannot be read as csv"):
        read_stimulus_csv(*stimulus_set(content))


def test_no_file(tmp_path):
    with pytest.raises(DataUnavailable, match="missing.csv"):
        read_stimulus_csv(tmp_path / "missing.csv", tmp_path)


def test_from_the_store(server, describe, tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("1.png", "one")
        archive.writestr("2.png", "two")
    server.files |= {"csv": b"stimulus_id,filename\n1,1.png\n2,2.png\n", "zip": (tmp_path / "set.zip").read_bytes()}
    sources = [
        describe(content, server.url(kind), filename=f"stimulus_set.{kind}") for kind, content in server.files.items()
    ]
    for _ in range(2):
        table, paths = read_stimulus_csv(fetch(sources[0]), unpack(sources[1]))
        assert contents(paths) == {"1": "one", "2": "two"}
        assert table["stimulus_id"].tolist() == ["1", "2"]
    assert [name for name, _ in server.log] == ["csv", "zip"]


def test_rows_that_repeat_an_id_are_dropped_where_that_is_known(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("stimulus_id,truth\nb,1\na,2\nb,3\n")
    table = read_stimulus_table(path, drop_repeated=True)
    assert table["stimulus_id"].tolist() == ["b", "a"] and table["truth"].tolist() == [1, 2]
    assert table.index.tolist() == [0, 1]
