"""The command line: exit codes, JSON on standard output, progress on standard error, what Ctrl-C leaves."""

import json
import signal
import subprocess
import sys

import pytest

from brainscore_core.cli.shell import run


@pytest.fixture
def shell(database, capsys):
    """Runs a command line; its exit code, standard output and standard error."""

    def call(*arguments):
        code = run(["campaign", *arguments] if arguments[0] not in ("results", "reproduce") else list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def begin(shell, *models, **_):
    return shell("run", *models, "-b", "one", "-b", "two", "--name", "first", "--executor", "inprocess", "--json")


def test_a_run_says_what_became_of_each_pair(shell):
    code, out, err = begin(shell, "good-0", "refuses")
    assert code == 0, "a refusal is no failure"
    found = {(row["model"], row["benchmark"]): row["status"] for row in json.loads(out)}
    assert found == {("good-0", name): "ok" for name in ("one", "two")} | {
        ("refuses", name): "unsupported" for name in ("one", "two")
    }
    assert "good-0 on one: ok" in err and "4 of 4 pairs" in err


def test_a_failure_is_exit_code_1_and_can_be_tried_again(shell, counted):
    code, out, _ = begin(shell, "good-0", "raises")
    assert code == 1 and {row["status"] for row in json.loads(out)} == {"ok", "failed"}
    code, out, _ = shell("status", "first")
    assert code == 0 and "2 failed, 2 ok" in out and "raises on one, raises on two" in out
    assert "ZeroDivisionError" in out
    code, out, err = shell("resume", "first", "--retry-failed", "--executor", "inprocess")
    assert (
        code == 1 and "2 pairs wait again" in err and counted().count("raises") == 4 and counted().count("good-0") == 2
    )


def test_globs_and_names(shell):
    code, out, _ = shell("run", "good-1*", "-b", "t*", "--executor", "inprocess", "--json")
    assert code == 0 and len(json.loads(out)) == 11 * 2
    (campaign,) = json.loads(shell("status", "--json")[1])
    assert campaign["status"] == "done" and campaign["pairs"] == {"ok": 22} and campaign["name"][:2] == "20"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "good-0"), "Missing option '--benchmark'"),
        (("run", "nobody", "-b", "one"), "no installed plugin provides the model 'nobody'"),
        (("run", "good-0", "-b", "one", "--executor", "cloud"), "there is no executor 'cloud'"),
        (("run", "good-0", "-b", "one", "--executor", "inprocess", "--workers", "2"), "takes no workers"),
        (("run", "good-0", "-b", "one", "--executor", "inprocess", "--time", "5"), "keeps no limit"),
        (("run", "good-0", "-b", "one", "--executor", "inprocess", "--memory", "5"), "keeps no limit"),
        (("run", "good-0", "-b", "one", "--executor", "inprocess", "--threads", "2"), "keeps no limit"),
        (("run", "good-0", "-b", "one", "--executor", "inprocess", "--isolate"), "no environment of their own"),
        (("run", "good-0", "-b", "one", "--name", "../up"), "campaign '../up'"),
        (("run", "good-0", "-b", "one", "--time", "0"), "not in the range x>0"),
        (("resume", "other"), "there is no campaign 'other'"),
        (("status", "other"), "there is no campaign 'other'"),
        (("results", "table", "--at", "yesterday"), "ISO 8601"),
        (("results", "table", "--domain", "trouble", "--node", "legs"), "node 'legs'"),
        (("results", "compare", "good-0"), "at least two different ones"),
        (("reproduce", "17"), "there is no row 17"),
        (("reproduce", "nothing.json"), "there is no record 'nothing.json'"),
        (("status", "--database", "nonsense"), "the address of the database"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_right(shell, arguments, says):
    code, out, err = shell(*arguments)
    assert code == 2 and says in err and out == ""
    if arguments[:1] == ("run",):
        assert shell("status")[1] == "no campaign yet\n", "nothing was begun"


def test_a_dry_run_does_nothing(shell, database, counted):
    arguments = ("run", "good-0", "good-1", "-b", "one", "-b", "two", "--dry-run")
    code, out, _ = shell(*arguments, "--json")
    found = json.loads(out)
    assert code == 0 and (found["pairs"], found["settled"], found["timed"], found["memory_mb"]) == (4, 0, 0, None)
    assert found["seconds"] == 4 * 60 and found["free"] > 0 and counted() == []
    assert shell("status")[1] == "no campaign yet\n"
    begin(shell, "good-0")
    found = json.loads(shell(*arguments, "--json")[1])
    assert (found["pairs"], found["settled"], found["timed"]) == (4, 2, 2) and found["memory_mb"] > 10
    assert found["seconds"] < 60 and found["disk"] >= 0
    text = shell(*arguments)[1]
    assert "4 pairs, 2 of which have a score of these versions" in text
    assert all(f"\n{word}:" in text for word in ("time", "memory", "download", "disk"))


def test_a_cancelled_campaign_is_taken_up_by_resume(shell, database):
    from bs_app_campaign import Campaign

    Campaign.create(database, "first", ["good-0"], ["one"])
    code, out, _ = shell("cancel", "first")
    assert (code, out) == (0, "1 pairs are left\n")
    code, out, err = shell("resume", "first", "--executor", "inprocess")
    assert code == 0 and "1 pairs wait again" in err and "first: 1 ok" in out


def test_a_cancelled_campaign_is_taken_up_by_its_name(shell, database):
    from bs_app_campaign import Campaign

    Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])
    shell("cancel", "first")
    code, out, _ = begin(shell, "good-0")
    statuses = sorted((row["model"], row["status"]) for row in json.loads(out))
    assert code == 0 and statuses == [("good-0", "ok")] * 2 + [("good-1", "cancelled")] * 2, "what is asked for is done"


def test_a_campaign_begun_in_python_is_gone_on_with_here(shell, database):
    from bs_app_campaign import Campaign

    Campaign.create(database, "first", ["good-0"], ["one"])
    code, out, _ = begin(shell, "good-0")
    assert code == 0 and [row["status"] for row in json.loads(out)] == ["ok", "ok"]


def test_limits_that_nobody_asked_for_are_told(shell):
    from bs_app_campaign.campaign_command import DAY_S
    from bs_app_campaign.jobs import Limits

    said = " ".join(shell("run", "--help")[1].split())
    assert "[default: (86400, a day); x>0]" in said and "[default: (9/10 of its machine); x>0]" in said
    assert Limits().seconds == DAY_S


def test_ctrl_c_leaves_pairs_waiting_and_says_how_to_go_on(shell, home, address):
    command = [
        sys.executable,
        "-c",
        "import sys; from brainscore_core.cli.shell import run; sys.exit(run(sys.argv[1:]))",
    ]
    command += ["campaign", "run", "good-0", "hangs", "-b", "one", "-b", "two", "--name", "first", "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        first, second = process.stderr.readline(), process.stderr.readline()
        assert "good-0 on" in first and "good-0 on" in second and "ok" in second
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert "interrupted: 2 pairs wait. Go on: brainscore campaign resume first" in err and "Traceback" not in err
    statuses = [(row["model"], row["status"]) for row in json.loads(shell("status", "first", "--json")[1])]
    assert sorted(statuses) == [("good-0", "ok")] * 2 + [("hangs", "pending")] * 2
    assert "go on: brainscore campaign resume first" in shell("status", "first")[1]


def test_results(shell, tmp_path):
    begin(shell, "good-0", "good-1")
    code, out, _ = shell("results", "table", "--domain", "trouble", "--json")
    assert code == 0 and [row["model"] for row in json.loads(out)["models"]] == ["good-1", "good-0"]
    assert "rank (95%)" in shell("results", "table", "--domain", "trouble")[1]
    rows = json.loads(shell("results", "history", "good-0", "--json")[1])
    assert [row["benchmark"] for row in rows] == ["one", "two"] and rows[0]["model_version"] == "1.0.0"
    compared = json.loads(shell("results", "compare", "good-0", "good-1", "--json")[1])
    assert [row["benchmark"] for row in compared] == ["one", "two"] and compared[0]["larger"] == "good-1"
    code, out, err = shell("results", "export", str(tmp_path / "all.csv"), "--domain", "trouble")
    assert code == 0 and out == "" and "4 scores written" in err
    kinds = [line.partition(",")[0] for line in (tmp_path / "all.csv").read_text().splitlines()]
    assert kinds == ["kind", *["score"] * 4, *["node"] * 4], "average and easy, of two models"


def test_a_database_that_is_none(shell, tmp_path):
    (tmp_path / "letter.txt").write_text("dear all, " * 1000)
    code, out, err = shell("status", "--database", f"sqlite:///{tmp_path / 'letter.txt'}")
    assert code == 1 and out == "" and "cannot be opened (file is not a database)" in err
    assert (tmp_path / "letter.txt").read_text() == "dear all, " * 1000


def test_a_database_of_a_later_version(shell, database):
    from sqlalchemy import text

    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, _, err = shell("status")
    assert code == 1 and "version 9999" in err and "pip install -U bs-app-campaign" in err
