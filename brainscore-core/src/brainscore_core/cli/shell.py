"""Finding sub-commands, and what becomes of errors: a sentence for people, an exit code for programs."""

import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from ..errors import BrainScoreError, IdentifierConflict, InvalidIdentifier, InvalidParameter, UnknownIdentifier
from . import commands

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_USAGE_ERRORS = (IdentifierConflict, InvalidIdentifier, InvalidParameter, UnknownIdentifier)


def own_commands() -> list[str]:
    """Names of the sub-commands that come with core: the modules of ``commands/``."""
    return [module.name for module in iter_modules(commands.__path__)]


def contributed_commands() -> dict[str, click.Command]:
    """Sub-commands of domains and apps, through the hook ``brainscore_commands``; the first to take a name has it."""
    from ..hooks import call_each

    found: dict[str, click.Command] = {}
    for answer in call_each("brainscore_commands"):
        for command in answer:
            if isinstance(command, click.Command) and command.name:
                found.setdefault(command.name, command)
    return found


class Shell(click.Group):
    """The group of all sub-commands, each imported when it is asked for."""

    debug = False

    @cached_property
    def contributed(self) -> dict[str, click.Command]:
        """What domains and apps add; loaded when something is not our own."""
        return contributed_commands()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names for ``--help``, which is where contributed ones are loaded."""
        return sorted({*own_commands(), *self.contributed})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The sub-command of this name: our own, else a contributed one."""
        if cmd_name in own_commands():
            command = import_module(f".commands.{cmd_name}", __package__).command
        else:
            command = self.contributed.get(cmd_name)
        if command is not None:
            _accept_debug(command)
        return command


def _accept_debug(command: click.Command) -> None:
    """Let ``--debug`` stand behind a sub-command too, where people add it once something went wrong."""
    if not any("--debug" in parameter.opts for parameter in command.params):
        command.params.append(_debug_option())
    for below in getattr(command, "commands", {}).values():
        _accept_debug(below)


def _debug_option() -> click.Option:
    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().command.debug = True  # type: ignore[attr-defined]

    return click.Option(
        ["--debug"], is_flag=True, expose_value=False, callback=remember, help="Show tracebacks of errors."
    )


def make_shell() -> Shell:
    """The command ``brainscore``."""
    shell = Shell(name="brainscore", help="Score models of the brain on benchmarks, and see what there is to score.")
    shell.params += [_debug_option()]
    return click.version_option(package_name="brainscore-core", message="%(version)s")(shell)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code and raises nothing."""
    shell = make_shell()

    def call() -> Any:
        return shell.main(args=arguments, prog_name="brainscore", standalone_mode=False)

    with _plain_warnings():
        return _guarded(call, lambda: shell.debug)


def _guarded(call: Callable[[], Any], debug: Callable[[], bool]) -> int:
    try:
        code = call()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except BrainScoreError as error:
        _say(error, str(error), debug())
        return WRONG_USAGE if isinstance(error, _USAGE_ERRORS) else FAILED
    except Exception as error:
        hint = "" if debug() else " (--debug shows where)"
        _say(error, f"this should not have happened: {type(error).__name__}: {error}{hint}", debug())
        return FAILED
    return code if isinstance(code, int) else DONE


def _say(error: Exception, message: str, debug: bool) -> None:
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(message, err=True)


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Show warnings as sentences, without the line of code that they were raised in."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"warning: {message}", err=True)

    before = warnings.showwarning
    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = before
