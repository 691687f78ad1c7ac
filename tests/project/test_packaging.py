from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from iamtui import __version__
from iamtui.bundled import sample_path
from iamtui.rules.files import FAMILIES

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *(requirement for group in PROJECT["dependency-groups"].values() for requirement in group),
]


def locked_lines() -> list[str]:
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_the_lock_holds_exact_versions_and_neither_hosts_nor_paths() -> None:
    for line in locked_lines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line), line


@pytest.mark.parametrize("wanted", WANTED)
def test_the_lock_satisfies_the_bounds_of_the_project(wanted: str) -> None:
    locked = {
        canonicalize_name(name): Version(version) for name, _, version in (s.partition("==") for s in locked_lines())
    }
    requirement = Requirement(wanted)
    assert locked[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("wanted", PROJECT["project"]["dependencies"])
def test_every_dependency_has_a_lower_bound_only(wanted: str) -> None:
    assert [part.operator for part in Requirement(wanted).specifier] == [">="]


@pytest.mark.parametrize("wanted", PROJECT["project"]["dependencies"])
def test_no_lower_bound_is_below_what_another_dependency_needs(wanted: str) -> None:
    ours = {canonicalize_name(one.name): one for one in map(Requirement, PROJECT["project"]["dependencies"])}
    for needed in map(Requirement, requires(Requirement(wanted).name) or ()):
        bounded = ours.get(canonicalize_name(needed.name))
        if bounded is not None and needed.marker is None:
            lowest = next(iter(bounded.specifier)).version
            assert needed.specifier.contains(lowest), f"{wanted} needs {needed}, and {bounded} admits less"


def test_the_version_is_the_one_that_the_command_says(wheel: Path) -> None:
    assert wheel.name.startswith(f"iamtui-{__version__}-")


def test_the_widgets_are_one_link_to_the_folder_beside_the_package() -> None:
    link = ROOT / "iamtui" / "widgets"
    assert link.resolve() == ROOT / "widgets"


def test_the_bundled_sample_is_found_in_a_checkout() -> None:
    assert sample_path() == ROOT / "samples" / "acme-day1.json"
    assert sample_path().is_file()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return next(folder.glob("iamtui-*.whl"))


def test_a_wheel_holds_the_widgets_and_the_samples_once(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "iamtui/widgets/__init__.py" in names
    assert "iamtui/samples/acme-day1.json" in names
    assert "iamtui/py.typed" in names
    assert {f"iamtui/rules/data/{file}.toml" for file in (*FAMILIES, "pages")} <= set(names)
    assert {f"iamtui/analysis/paths/ways/data/{file}" for file in ("ways.json", "NOTICE", "LICENSE")} <= set(names)
    assert len(names) == len(set(names))
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"iamtui"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_source_archive_holds_what_a_page_links_to(page: str) -> None:
    held = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text("utf-8"))
    assert {target.partition("/")[0] for target in linked} <= set(held)


def test_an_unpacked_wheel_finds_its_sample(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    ask = "from iamtui.bundled import sample_path; print(sample_path())"
    ran = subprocess.run([sys.executable, "-c", ask], cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S603
    assert Path(ran.stdout.strip()) == tmp_path / "iamtui" / "samples" / "acme-day1.json"
