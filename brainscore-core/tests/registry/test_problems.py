import pytest

from brainscore_core import registry

PYPROJECT = """
[project]
name = "bs-edit"
version = "1.0.0"
{more}
[project.entry-points."brainscore.metrics"]
kept = "bs_edit:kept"
added = "bs_edit:added"
"""


def found():
    return {(problem.code, problem.distribution) for problem in registry.problems()}


def only(code):
    (problem,) = (problem for problem in registry.problems() if problem.code == code)
    return problem


def test_nothing_is_wrong(plugin):
    plugin("bs-model-a", "a", requires=["brainscore-core>=3,<4"])
    assert registry.problems() == []


@pytest.mark.parametrize("section", ["console_scripts", "brainscore.metrics"])
def test_malformed_line(install, section):
    install("bad-dist", entry_points_text=f"# fine = no\n[{section}]\nfine = a:b\nno equals sign\n")
    problem = only("malformed-entry-points")
    assert problem.distribution == "bad-dist"
    assert "'no equals sign'" in problem.what
    assert "reinstall" in str(problem).lower()


def test_text_that_is_none(install):
    info = install("bad-dist", entry_points_text="[x]\n")
    (info / "entry_points.txt").write_bytes(b"\xff\xfe")
    registry.refresh()
    assert "UnicodeDecodeError" in only("malformed-entry-points").what


def test_missing_metadata(install):
    install("bare-dist", metadata=False, entry_points={"brainscore.metrics": {"a": "b:c"}})
    assert found() == {("missing-metadata", "bare-dist")}


def test_invalid_names(install):
    install("bs-odd", entry_points={"brainscore.metrics": {"a b": "x:y"}, "brainscore.hooks.other": {"a b": "x:y"}})
    assert found() == {("invalid-identifier", "bs-odd")}
    assert "'[brainscore.metrics] a b = x:y'" in only("invalid-identifier").what


def test_conflict_until_it_is_settled(plugin):
    plugin("bs-one", "clash")
    plugin("bs-two", "clash")
    problem = only("conflict")
    assert "bs-one" in problem.what
    assert "bs-two" in problem.what
    assert "brainscore prefer" in problem.remedy
    registry.prefer("bs-two::clash")
    assert registry.problems() == []


def test_one_name_in_two_domains_is_no_problem(plugin):
    plugin("bs-one", "clash")
    plugin("bs-two", "clash", kind="toy.models")
    assert registry.problems() == []


def test_incompatible_and_requirements_that_nobody_understands(plugin):
    plugin("bs-old", "old", requires=["brainscore-core<3", "not ; a requirement"])
    assert found() == {("incompatible", "bs-old")}
    assert "brainscore-core 3.0.0 is installed" in only("incompatible").what


def test_groups_of_apps_are_no_problem(install):
    install("bs-app", entry_points={"brainscore.campaign.executors": {"dask": "x:y"}, "other.models": {"a": "x:y"}})
    assert registry.problems() == []


class TestEditable:
    @pytest.fixture
    def source(self, tmp_path):
        folder = tmp_path / "source of it"
        folder.mkdir()
        (folder / "pyproject.toml").write_text(PYPROJECT.format(more=""))
        return folder

    def edit(self, install, source, **rows):
        install("bs-edit", entry_points={"brainscore.metrics": rows, "console_scripts": {"x": "y:z"}}, editable=source)

    def test_in_step(self, install, source):
        self.edit(install, source, kept="bs_edit:kept", added="bs_edit:added")
        assert registry.problems() == []

    def test_added_since(self, install, source):
        self.edit(install, source, kept="bs_edit:kept")
        assert only("stale-editable").what.endswith("since: added")

    def test_removed_since(self, install, source):
        self.edit(install, source, kept="bs_edit:kept", added="bs_edit:added", gone="bs_edit:gone")
        assert only("stale-editable").what.endswith("since: gone")

    def test_source_gone(self, install, source):
        (source / "pyproject.toml").unlink()
        self.edit(install, source, kept="bs_edit:kept")
        assert "cannot be read" in only("stale-editable").what

    def test_written_by_the_backend(self, install, source):
        (source / "pyproject.toml").write_text(PYPROJECT.format(more='dynamic = ["entry-points"]'))
        self.edit(install, source, kept="bs_edit:kept")
        assert registry.problems() == []

    def test_damaged_record(self, install, source):
        self.edit(install, source, kept="bs_edit:kept", added="bs_edit:added")
        info = install("bs-damaged", editable=source)
        (info / "direct_url.json").write_text("[")
        registry.refresh()
        assert found() == {("stale-editable", "bs-damaged")}


def test_hooks_are_loaded_and_reported(install):
    install("bs-app", entry_points={"brainscore.hooks": {"app": "bs_app:nowhere"}}, modules={"bs_app": ""})
    assert found() == {("broken-hook", "bs-app")}
