"""The commands on a wrong name, and what they leave open."""

import pytest

from brainscore_core.cli.shell import run
from bs_app_campaign.database import Database


@pytest.fixture
def shell(capsys):
    def call(*arguments):
        code = run(list(map(str, arguments)))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    "command", [("leaderboard", "build", "board"), ("leaderboard", "serve"), ("results", "table"),
                ("results", "history", "late"), ("results", "compare", "late", "control"),
                ("results", "export", "scores.csv")],
)  # fmt: skip
def test_a_database_that_is_not_there_is_wrong_usage_and_is_not_made(shell, filled, tmp_path, monkeypatch, command):
    if command[-1] == "serve":
        pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    monkeypatch.chdir(tmp_path)
    assert shell("leaderboard", "build", "board", "--database", filled.url)[0] == 0
    before = (tmp_path / "board" / "data.js").read_bytes()
    code, out, err = shell(*command, "--database", f"sqlite:///{tmp_path}/typo/scroes.db")
    assert code == 2 and "there is no database" in err and "scroes.db" in err and "--database" in err and out == ""
    assert not (tmp_path / "typo").exists() and not (tmp_path / "scores.csv").exists()
    assert (tmp_path / "board" / "data.js").read_bytes() == before


def test_an_empty_database_is_no_reason_to_delete_a_board(shell, filled, tmp_path):
    assert shell("leaderboard", "build", tmp_path / "board", "--database", filled.url)[0] == 0
    Database(f"sqlite:///{tmp_path / 'other.db'}").close()
    code, _, err = shell("leaderboard", "build", tmp_path / "board", "--database", f"sqlite:///{tmp_path / 'other.db'}")
    assert code == 2 and "nothing to show" in err and "shows 6 models" in err


def test_a_build_closes_the_database(shell, filled, tmp_path, monkeypatch):
    closed = []

    class Watched(Database):
        def close(self):
            closed.append(self.name)
            super().close()

    monkeypatch.setattr("bs_app_campaign.database.Database", Watched)
    assert shell("leaderboard", "build", tmp_path / "board", "--database", filled.url)[0] == 0
    assert closed == [filled.name]
