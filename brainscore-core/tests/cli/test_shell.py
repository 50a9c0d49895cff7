"""The shell itself: help, contributed commands, errors and exit codes, what it may import."""

import os
import subprocess
import sys

import pytest

HOOKS = """
import click
from brainscore_core.hooks import hookimpl

@click.command(name="{name}")
@click.argument("count", type=int)
def extra(count):
    "Count."
    click.echo(f"counted {{count}}")
    return {code}

@hookimpl
def brainscore_commands():
    return [extra]
"""


def test_help_names_every_command(toy, brainscore, commands):
    answer = brainscore("--help")
    assert answer.code == 0
    assert set(commands) == {"cache", "cite", "data", "doctor", "info", "list", "prefer", "score"}
    assert all(f"\n  {name} " in answer.out for name in commands)
    assert not any(line.endswith("...") for line in answer.out.splitlines()[2:])  # every summary fits


def test_each_command_has_help(toy, brainscore, commands):
    for name in commands:
        answer = brainscore(name, "--help")
        assert (answer.code, answer.err) == (0, ""), name
        assert "--debug" in answer.out


def test_contributed_command(toy, also, brainscore):
    also("bs-app-extra", "brainscore.hooks", {"extra": "bs_app_extra"}, HOOKS.format(name="extra", code=1))
    assert "extra   Count." in brainscore("--help").out
    answer = brainscore("extra", "3")
    assert (answer.code, answer.out) == (1, "counted 3\n")
    assert brainscore("extra", "three").code == 2


def test_contributed_command_does_not_replace_ours(toy, also, brainscore):
    also("bs-app-thief", "brainscore.hooks", {"thief": "bs_app_thief"}, HOOKS.format(name="list", code=0))
    assert "half" in brainscore("list", "models").out


def test_hooks_are_not_loaded_for_our_own_commands(toy, also, brainscore):
    also("bs-app-raising", "brainscore.hooks", {"raising": "bs_app_raising"}, "raise RuntimeError('loaded')")
    answer = brainscore("list", "models")
    assert (answer.code, answer.err) == (0, "")


def test_broken_hook_does_not_hide_the_others(toy, also, brainscore, caplog):
    also("bs-app-raising", "brainscore.hooks", {"raising": "bs_app_raising"}, "raise RuntimeError('loaded')")
    also("bs-app-extra", "brainscore.hooks", {"extra": "bs_app_extra"}, HOOKS.format(name="extra", code=0))
    assert brainscore("extra", "3").code == 0
    assert "bs-app-raising" in caplog.text


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("list", "--nonsense"),
        ("score", "half"),
        ("score", "--benchmark", "Toy2020.A-one"),
        ("cite",),
        (),
    ],
)
def test_wrong_usage(toy, brainscore, arguments):
    answer = brainscore(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Usage: brainscore" in answer.err


def test_typed_error_is_one_sentence_without_traceback(toy, brainscore):
    answer = brainscore("info", "hafl")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "Error: nothing installed is called 'hafl'. The closest there are: 'half'.\n"


@pytest.mark.parametrize("arguments", [("--debug", "info", "hafl"), ("info", "hafl", "--debug")])
def test_debug_shows_the_traceback(toy, brainscore, arguments):
    answer = brainscore(*arguments)
    assert answer.code == 2
    assert "Traceback" in answer.err and "UnknownIdentifier" in answer.err


def test_unexpected_error_is_no_traceback_either(toy, also, brainscore):
    source = HOOKS.format(name="extra", code="1 / 0")
    also("bs-app-extra", "brainscore.hooks", {"extra": "bs_app_extra"}, source)
    answer = brainscore("extra", "3")
    assert answer.code == 1
    assert "ZeroDivisionError: division by zero (--debug shows where)" in answer.err
    assert "Traceback" not in answer.err
    assert "Traceback" in brainscore("extra", "3", "--debug").err


def test_interrupted_command(toy, also, brainscore):
    source = HOOKS.format(name="extra", code="(_ for _ in ()).throw(KeyboardInterrupt)")
    also("bs-app-extra", "brainscore.hooks", {"extra": "bs_app_extra"}, source)
    assert brainscore("extra", "3").code == 130


def test_version(brainscore):
    answer = brainscore("--version")
    assert (answer.code, answer.out) == (0, "3.0.0\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["score", "--help"],
        ["list", "benchmarks"],
        ["info", "half"],
        ["info", "Toy2020.A-one"],
        ["cite", "half"],
    ],
    ids=" ".join,
)
def test_what_only_looks_imports_nothing_heavy(toy, arguments):
    heavy = ["pandas", "xarray", "scipy", "sklearn", "torch", "matplotlib", "h5py", "fsspec", "rich"]
    if arguments[0] not in ("info", "cite"):  # which load a description, and descriptions digest themselves
        heavy += ["numpy"]
    code = (
        "import sys; from brainscore_core.cli.shell import run; code = run(sys.argv[1:]);"
        f"print('loaded', code, [name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(toy)}
    answer = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=True
    )
    assert answer.stderr.splitlines()[-1] == "loaded 0 []"
