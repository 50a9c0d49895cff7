"""What is wrong with campaigns, their database and their records. See ``cases.py``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from brainscore_core.tree import Weighting
from bs_app_campaign import Campaign, Database
from bs_app_campaign.board import board
from bs_app_campaign.comparing import deltas
from bs_app_campaign.executors import executor
from bs_app_campaign.reproducing import record_of
from bs_app_campaign.tables import write
from bs_app_campaign.weighting import read_weighting


def database(folder: Path) -> Database:
    """One that is empty, outside the store."""
    return Database(f"sqlite:///{folder / 'scores.db'}")


def not_a_database(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "letter.db").write_text("dear all, " * 500)
    Database(f"sqlite:///{folder / 'letter.db'}")


def not_an_address(folder: Path) -> None:
    Database("scores.db")


def other_driver(folder: Path) -> None:
    Database("oracle9://host/name")


def no_campaign(folder: Path) -> None:
    Campaign(database(folder), "first")


def name_of_a_folder(folder: Path) -> None:
    Campaign.create(database(folder), "../first", ["hmax"], ["one"])


def other_settings(folder: Path) -> None:
    store = database(folder)
    Campaign.create(store, "first", ["hmax"], ["one"], {"seed": 0})
    Campaign.create(store, "first", ["hmax"], ["one"], {"seed": 1})


def no_executor(folder: Path) -> None:
    executor("cloud")


def other_option(folder: Path) -> None:
    executor("inprocess", workers=4)


def no_date(folder: Path) -> None:
    with database(folder).read() as session:
        board(session, at="last Tuesday")


def no_node(folder: Path) -> None:
    with database(folder).read() as session:
        board(session, node="cerebellum")


def no_weights(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.toml").write_text("neural_vision = 2")
    read_weighting(folder / "mine.toml")


def weight_of_no_node(folder: Path) -> None:
    with database(folder).read() as session:
        board(session, rule=Weighting("mine", {"cerebellum": 2}))


def weight_of_nothing(folder: Path) -> None:
    Weighting("mine", {"neural_vision": 0})


def no_domain(folder: Path) -> None:
    with database(folder).read() as session:
        board(session, domain="olfaction")


def one_model(folder: Path) -> None:
    with database(folder).read() as session:
        deltas(session, ["hmax"])


def no_score(folder: Path) -> None:
    with database(folder).read() as session:
        deltas(session, ["hmax", "hmax@2.0.0"])


def no_table(folder: Path) -> None:
    with database(folder).read() as session:
        write(board(session), folder / "scores.xlsx")


def no_record(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "records.json").write_text("[]")
    record_of(f"{folder / 'records.json'}:3")


CASES: dict[str, Callable[[Path], Any]] = {
    "a file that is no database": not_a_database,
    "a database without a kind": not_an_address,
    "a database of a kind that has no driver": other_driver,
    "a campaign that there is not": no_campaign,
    "a campaign named as a folder elsewhere": name_of_a_folder,
    "a campaign again, with another seed": other_settings,
    "an executor that there is not": no_executor,
    "an option of another executor": other_option,
    "a table on no date": no_date,
    "a node that the tree has not": no_node,
    "a weighting that has no name": no_weights,
    "a weighting of a node that the tree has not": weight_of_no_node,
    "a weight of nothing": weight_of_nothing,
    "a domain that is not installed": no_domain,
    "one model compared with no other": one_model,
    "a model that was never scored": no_score,
    "a table in a format that we do not write": no_table,
    "a record that a file has not": no_record,
}
