import logging
import sys

import pytest

from brainscore_core import hooks
from brainscore_core.errors import InvalidParameter

AFTER = """
@hookimpl
def after_score(record):
    record.append({name!r})
    return {name!r}
"""


def failing(distribution):
    return [failure.what for failure in hooks.failures() if failure.distribution == distribution]


def test_every_implementation_is_called(hook):
    hook("bs-app-a", AFTER.format(name="a"))
    hook("bs-app-b", AFTER.format(name="b"))
    record = []
    assert sorted(hooks.call_each("after_score", record=record)) == ["a", "b"]
    assert sorted(record) == ["a", "b"]
    assert hooks.failures() == []


def test_none_is_no_result(hook):
    hook("bs-app-a", "@hookimpl\ndef after_score(record):\n    record.append(1)\n")
    record = []
    assert hooks.call_each("after_score", record=record) == []
    assert record == [1]


def test_no_plugins(hook):
    assert hooks.call_each("after_score", record=None) == []
    assert hooks.call_each("brainscore_commands") == []


def test_commands(hook):
    hook("bs-app-a", "@hookimpl\ndef brainscore_commands():\n    return ['campaign']\n")
    assert hooks.call_each("brainscore_commands") == [["campaign"]]


def test_implementations_take_the_arguments_they_name(hook):
    hook("bs-app-a", "@hookimpl\ndef after_score():\n    return 'called'\n")
    assert hooks.call_each("after_score", record=None) == ["called"]


def test_order_marks_hold(hook):
    for name, mark in (("bs-app-a", "trylast=True"), ("bs-app-b", ""), ("bs-app-c", "tryfirst=True")):
        hook(name, f"@hookimpl({mark})\ndef after_score(record):\n    return {name[-1]!r}\n")
    assert hooks.call_each("after_score", record=None) == ["c", "b", "a"]


def test_objects_may_implement(hook):
    source = "class Hooks:\n    @hookimpl\n    def after_score(self, record):\n        return 1\nplugin = Hooks()\n"
    hook("bs-app-a", source, value="bs_app_a:plugin")
    assert hooks.call_each("after_score", record=None) == [1]


@pytest.mark.parametrize("failure", ["raise ValueError('no disk')", "import sys; sys.exit(2)"])
def test_one_that_raises_does_not_stop_the_others(hook, caplog, failure):
    hook("bs-app-a", AFTER.format(name="a"))
    hook("bs-app-b", f"@hookimpl(tryfirst=True)\ndef after_score(record):\n    {failure}\n", version="2.1.0")
    hook("bs-app-c", AFTER.format(name="c"))
    with caplog.at_level(logging.WARNING, logger="brainscore_core.hooks"):
        assert sorted(hooks.call_each("after_score", record=[])) == ["a", "c"]
    (what,) = failing("bs-app-b")
    assert "bs-app-b 2.1.0" in what
    assert "failed in after_score" in what
    assert what in caplog.text


def test_repeated_failures_are_listed_once(hook):
    hook("bs-app-a", "@hookimpl\ndef after_score(record):\n    raise ValueError(record)\n")
    for index in range(5):
        hooks.call_each("after_score", record=index)
    (what,) = failing("bs-app-a")
    assert what.endswith("ValueError: 4")


def test_interrupt_passes(hook):
    hook("bs-app-a", "@hookimpl\ndef after_score(record):\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        hooks.call_each("after_score", record=None)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise RuntimeError('at import')", "at import"),
        ("@hookimpl\ndef after_scores(record): pass", "after_scores"),
        ("@hookimpl\ndef after_score(recrod): pass", "recrod"),
        ("@hookimpl(wrapper=True)\ndef after_score(record):\n    return (yield)", "one by one"),
        ("@hookimpl(hookwrapper=True)\ndef after_score(record):\n    yield", "one by one"),
    ],
    ids=["import", "hook", "argument", "wrapper", "old wrapper"],
)
def test_a_module_that_does_not_fit_is_reported_and_left_out(hook, source, told):
    hook("bs-app-a", AFTER.format(name="a"))
    hook("bs-app-bad", source)
    hook("bs-app-z", AFTER.format(name="z"))
    assert sorted(hooks.call_each("after_score", record=[])) == ["a", "z"]
    (what,) = failing("bs-app-bad")
    assert told in what
    assert [failure.distribution for failure in hooks.failures()] == ["bs-app-bad"]


def test_hooks_of_later_versions_may_be_optional(hook):
    hook("bs-app-a", "@hookimpl(optionalhook=True)\ndef of_next_year(): pass\n" + AFTER.format(name="a"))
    assert hooks.call_each("after_score", record=[]) == ["a"]
    assert hooks.failures() == []


def test_incompatible_module_is_not_imported(hook):
    hook("bs-app-old", "raise RuntimeError", requires=["brainscore-core<3"])
    assert hooks.call_each("after_score", record=None) == []
    assert "brainscore-core<3" in failing("bs-app-old")[0]
    assert "bs_app_old" not in sys.modules


def test_one_object_under_two_names_is_called_once(hook):
    hook("bs-app-a", AFTER.format(name="a"))
    hook("bs-app-b", "", value="bs_app_a")
    assert hooks.call_each("after_score", record=[]) == ["a"]


def test_unknown_hook(hook):
    with pytest.raises(InvalidParameter, match="no hook 'after_scores': expected one of after_score, brains"):
        hooks.call_each("after_scores")


@pytest.mark.parametrize("arguments", [{}, {"record": 1, "more": 2}, {"recrod": 1}])
def test_wrong_arguments(hook, arguments):
    with pytest.raises(InvalidParameter, match=r"expected the arguments \['record'\]"):
        hooks.call_each("after_score", **arguments)


def test_modules_are_imported_once_and_not_before_an_event(hook):
    hook("bs-app-a", AFTER.format(name="a"))
    assert "bs_app_a" not in sys.modules
    hooks.call_each("after_score", record=[])
    module = sys.modules["bs_app_a"]
    hooks.call_each("after_score", record=[])
    assert sys.modules["bs_app_a"] is module


def test_newly_installed_hooks_are_seen_after_refresh(hook):
    hook("bs-app-a", AFTER.format(name="a"))
    assert hooks.call_each("after_score", record=[]) == ["a"]
    hook("bs-app-b", AFTER.format(name="b"))
    assert sorted(hooks.call_each("after_score", record=[])) == ["a", "b"]


def test_importing_hooks_imports_no_click():
    specification = hooks.Specifications
    assert specification.after_score.__doc__
    assert "click" not in vars(hooks)
