# /// script
# dependencies = ["brainscore-vision>=3,<4", "bs-app-campaign>=1,<2", "bs-app-leaderboard>=1,<2", "playwright>=1.49"]
# ///
"""The leaderboard at scale: 500 models on 150 benchmarks of synthetic scores, from the database to the reader's screen.

``python bench/show_leaderboard.py [--write]``; ``--write`` keeps the table in ``bench/RESULTS-scale.md``. The page is
timed in Chromium (``CHROMIUM`` names another than the one on the path); without one, its lines are left out.
"""

import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"

from results import keep_section, machine  # noqa: E402  after the number of threads is set
from shown import table  # noqa: E402
from synthetic_scores import fill  # noqa: E402

RESULTS = Path(__file__).parent / "RESULTS-scale.md"
MODELS, BENCHMARKS, ROUNDS = 500, 150, 5
OPTIONS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
READY = "Number(document.documentElement.dataset.ready)"
AGAIN = """(options) => {
  const start = performance.now();
  const table = BS.selection.view(options);
  BS.selection.ranks(table);
  BS.selection.models(table, options);
  return performance.now() - start;
}"""
SCROLL = """async () => {
  const grid = document.querySelector(".grid");
  const took = [];
  for (let at = 1; at <= 20; at++) {
    const start = performance.now();
    grid.scrollTop = at * 800;
    grid.dispatchEvent(new Event("scroll"));
    grid.offsetHeight;
    took.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return took;
}"""
FILTERS: tuple[dict[str, str], ...] = (
    {"region": "V1"},
    {"species": "human", "rule": "flat"},
    {"policy": "zero"},
    {"when": "prospective"},
    {"metric": "pls", "policy": "strict"},
)
AFTER = "Interactive: from opening the file to a board that answers; a plain table with windowed rows, no library."
Line = tuple[str, str, str]


def timed(work: Callable[[], Any]) -> tuple[Any, str]:
    """What work gives, and seconds by the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, f"{time.perf_counter() - wall:.1f} s ({time.process_time() - cpu:.1f} s of processor)"


def sides(folder: Path) -> Iterator[Line]:
    """What is measured, promised and found: database, board, folder."""
    from bs_app_campaign.board import board
    from bs_app_campaign.database import Database
    from bs_app_leaderboard import build

    database = Database(f"sqlite:///{folder / 'scores.db'}")
    count, took = timed(lambda: fill(database, MODELS, BENCHMARKS))
    yield f"make and insert {count} attempts, SQLite", "60 s", took
    with database.read() as session:
        _, took = timed(lambda: board(session))
    yield "aggregate, and rank with intervals", "5 s", took
    _, took = timed(lambda: build(database, folder / "board"))
    yield "build the folder", "15 s", took
    size = len(gzip.compress((folder / "board" / "data.js").read_bytes(), 6))
    yield "core payload, gzipped", "250 KB", f"{size / 1000:.0f} KB"
    whole = sum(path.stat().st_size for path in (folder / "board").rglob("*") if path.is_file())
    yield "whole folder", "", f"{whole / 1e6:.0f} MB"
    database.close()


def page(board: Path) -> Iterator[Line]:
    """In Chromium, from disk: medians of some rounds."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        return
    address = (board / "index.html").as_uri()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        for slower, promised in ((1, "500 ms"), (4, "1000 ms")):
            found = [_visit(browser, address, slower) for _ in range(ROUNDS)]
            name = "" if slower == 1 else f", processor {slower} times slower"
            yield f"interactive{name}", promised, _ms([entry[0] for entry in found])
            again, scroll = ([part for entry in found for part in entry[at]] for at in (1, 2))
            yield f"filter, aggregate and rank again{name}", "100 ms" if slower == 1 else "", _ms(again)
            yield f"draw rows after a scroll{name}", "", _ms(scroll)
        yield "open all 168 columns and draw them", "", _ms([_open(browser, address) for _ in range(ROUNDS)])
        browser.close()


def _visit(browser: Any, address: str, slower: int) -> tuple[float, list[float], list[float]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    tab = context.new_page()
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tab.goto(address)
    tab.wait_for_selector("html[data-ready]")
    found = tab.evaluate(READY), [tab.evaluate(AGAIN, options) for options in FILTERS], tab.evaluate(SCROLL)
    context.close()
    return found


def _open(browser: Any, address: str) -> float:
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(address)
    tab.wait_for_selector("html[data-ready]")
    took = tab.evaluate(
        """() => {
          const button = [...document.querySelectorAll("button")].find((one) => one.textContent === "Open all");
          const start = performance.now();
          button.click();
          document.querySelector(".grid").offsetHeight;
          return performance.now() - start;
        }"""
    )
    tab.close()
    return float(took)


def _ms(took: list[float]) -> str:
    return f"{statistics.median(took):.0f} ms (at most {max(took):.0f})"


def main() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory() as name:
        lines = [*sides(Path(name)), *page(Path(name) / "board")]
    text = table(["what", "promised below", "measured"], lines)
    sys.stdout.write(text)
    if "--write" in sys.argv:
        if not RESULTS.exists():
            RESULTS.write_text("# Many models on many benchmarks\n")
        made = f"`python bench/show_leaderboard.py --write` on {date.today()}: {machine()}; others were at work there."
        what = f"{MODELS} models on {BENCHMARKS} benchmarks, synthetic scores without draws. {AFTER}"
        keep_section(RESULTS, "The leaderboard", f"{made}\n\n{what}\n\n{text}")


if __name__ == "__main__":
    main()
