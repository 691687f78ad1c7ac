"""What README, CONTRIBUTING and the pages of docs say is so: commands, what they print, floors, links, paths, rules."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import textwrap
import tomllib
from pathlib import Path

import msgspec
import pytest

from iamtui.analysis.scenarios import cases as scenario_cases
from iamtui.analysis.scenarios import files as scenario_files
from iamtui.rules import rule
from tests.cli.conftest import Iamtui, iamtui
from tests.project.reference import FOLDER, PAGES

__all__ = ["iamtui"]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FORMAT = (ROOT / "samples" / "scenarios" / "README.md").read_text("utf-8")
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "samples/README.md",
    "samples/scenarios/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
PLACES = re.compile(r"(?:iamtui|widgets|tests|samples|docs|\.ci)/[\w./*-]*|(?:CHANGELOG|pyproject|requirements)[\w.-]*")
"""What stands in backticks and is a path from the top of the checkout."""
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n)+", README, re.MULTILINE)]
SHOWN = [
    (command.replace("\\\n", " "), printed)
    for command, printed in itertools.pairwise(BLOCKS)
    if command.startswith("iamtui ") and not printed.startswith("iamtui ")
]


def test_the_readme_shows_what_each_command_prints() -> None:
    assert [command.split()[1] for command, _ in SHOWN] == [
        "simulate",
        "simulate",
        "who-can",
        "paths",
        "can",
        "can",
        "matrix",
        "why-denied",
        "trail",
        "key",
        "contain",
        "diff",
        "diff",
        "what-if",
        "check",
        "lint",
        "findings",
        "report",
        "explain",
        "inspect",
    ]
    assert "iamtui collect-script" in README


@pytest.mark.parametrize(("command", "printed"), SHOWN, ids=[command.split()[1] for command, _ in SHOWN])
def test_a_command_prints_what_the_readme_shows(
    command: str, printed: str, iamtui: Iamtui, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines stand below each other as shown; `…` stands for lines, or for the end of a line."""
    line = r"[^\n]*"
    patterns = [
        rf"(?:{line}\n)*?"
        if shown == "…"
        else re.escape(shown.removesuffix("…")) + (line if "…" in shown else "") + r"\n"
        for shown in printed.splitlines()
    ]
    monkeypatch.chdir(ROOT)
    assert re.search("^" + "".join(patterns), iamtui(*shlex.split(command)[1:]).out, re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        path = (ROOT / name).parent / target.replace("%5B", "[").replace("%5D", "]")
        assert path.exists(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_path_that_is_named_exists(name: str) -> None:
    named = re.findall(r"`([^`\s]+)`", (ROOT / name).read_text("utf-8"))
    for path in filter(PLACES.fullmatch, named):
        assert list(ROOT.glob(path)), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_rule_that_is_named_exists(name: str) -> None:
    said = re.sub(r"`[^`]+`", "", (ROOT / name).read_text("utf-8"))  # without keys, such as F1
    for number in re.findall(r"\b[A-Z]{1,2}\d{1,3}[a-h]?\b", said):
        assert rule(number).number == number


def test_what_the_pages_call_by_name_stands_in_the_code() -> None:
    sources = "\n".join(path.read_text("utf-8") for top in ("iamtui", "tests") for path in (ROOT / top).rglob("*.py"))
    known = set(re.findall(r"\w+", sources))
    for name in DOCUMENTS:
        if name.startswith("docs/") and Path(name).name not in PAGES:
            named = re.findall(r"`([A-Za-z_]\w+)(?:\(.*?\))?`", (ROOT / name).read_text("utf-8"))
            assert set(named) <= known, name


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_reference_is_the_one_that_make_docs_writes(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "say: make docs"


def test_the_code_names_no_page_that_is_not_there() -> None:
    sources = [path.read_text("utf-8") for top in ("iamtui", "tests") for path in (ROOT / top).rglob("*.py")]
    lines = "\n".join(line for source in sources for line in source.splitlines() if ".md" in line)
    named = set(re.findall(r"[\w./-]*[\w-]+-[\w-]+\.md|(?:docs|samples)/[\w./-]+\.md", lines))
    known = {*DOCUMENTS, *(Path(name).name for name in DOCUMENTS)}
    assert named <= known
    assert "samples/scenarios/README.md" in named


def test_every_page_is_reached_from_the_first() -> None:
    reached, pending = set[Path](), [ROOT / "README.md"]
    while pending:
        page = pending.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))
        pending += [page.parent / link for link in links if (page.parent / link).is_file()]
    assert {(ROOT / name).resolve() for name in DOCUMENTS} <= reached


def test_the_floors_are_those_that_import_linter_holds() -> None:
    architecture = (ROOT / "docs" / "README.md").read_text("utf-8")
    told: dict[str, set[str]] = {}
    for number, packages in re.findall(r"^\| (\d+) \| ((?:`[a-z.]+`(?:, )?)+) \|", architecture, re.MULTILINE):
        told.setdefault(number, set()).update(re.findall(r"`([a-z.]+)`", packages))
    held = [set(layer.split(" | ")) for layer in layers("floors")["layers"]]
    assert [told[str(number)] for number in range(len(held), 0, -1)] == held


@pytest.mark.parametrize("page", ["questions", "paths", "findings"])
def test_the_packages_of_a_page_are_those_that_import_linter_holds(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    told = re.findall(r"^\| (?:\*\*)?`(\w+)/?`(?:\*\*)? \|", text, re.MULTILINE)
    contract = layers(page)
    held = [sorted(layer.split(" | ")) for layer in reversed(contract["layers"])]
    assert told == [package for layer in held for package in layer]
    (container,) = contract["containers"]
    folder = ROOT / container.replace(".", "/")
    assert set(told) == {path.parent.name for path in folder.glob("*/__init__.py")}


def layers(name: str) -> dict[str, list[str]]:
    """The contract of layers whose name begins so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (found,) = (
        contract for contract in contracts if contract["type"] == "layers" and contract["name"].startswith(f"{name}:")
    )
    return dict(found)


def members(title: str) -> list[str]:
    """The first column of the table below a heading."""
    below = FORMAT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", below, re.MULTILINE)


def fields(module: object, name: str) -> set[str]:
    (struct,) = (value for key, value in vars(module).items() if key == name)
    assert issubclass(struct, msgspec.Struct)
    return set(struct.__struct_fields__)


def test_the_format_of_scenario_files_is_told_whole() -> None:
    assert set(members("The file")) == fields(scenario_files, "_File")
    assert set(members("A case")) == fields(scenario_cases, "_Case")
    assert set(members("A request")) == fields(scenario_cases, "_Request")
    assert set(members("A case's own policies")) == fields(scenario_cases, "_Policies")


def test_the_example_of_a_scenario_file_holds_and_answers_as_shown(tmp_path: Path, iamtui: Iamtui) -> None:
    example, answer = re.findall(r"```json\n(.*?)```", FORMAT, re.DOTALL)
    scenarios = json.loads(example)
    scenarios["snapshot"] = str(ROOT / "samples" / "scenarios" / scenarios["snapshot"])
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(scenarios), "utf-8")
    got = json.loads(iamtui("check", file, "--format", "json").out)
    got["cases"][0]["file"] = "rules.json"
    assert got == json.loads(answer)
