import shutil

import pytest

from bs_app_leaderboard import build

OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
OPTIONS += ("--disable-component-update", "--disable-sync")


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file, whose event loop ends with it; skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="pages are tried with playwright: nox -s browser")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed here")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def folder(filled, tmp_path):
    """A leaderboard on disk."""
    build(filled, tmp_path / "board")
    return tmp_path / "board"


@pytest.fixture
def visit(chromium, folder):
    """Opens a page from disk, offline; whatever goes wrong in it, or asks for the network, fails the test."""
    contexts, trouble = [], []

    def ask(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            trouble.append(f"asked for {route.request.url}")
            route.abort()

    def opened(where="", width=1280, height=800, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True, accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.route("**/*", ask)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda told: trouble.append(told.text) if told.type in ("error", "warning") else None)
        page.goto((folder / "index.html").as_uri() + where)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_selector("text=Reading ...", state="detached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []
