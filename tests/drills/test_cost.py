"""What is asked about many actions costs what they cost one by one, and nothing is explained that is not shown."""

from pathlib import Path

from iamtui.cli import run
from iamtui.evaluation.matching.explaining import explain
from tests.app.exports import export, user, write
from tests.work import calls_of

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def asked(tmp_path: Path, *statements: dict[str, object]) -> list[str]:
    """A command that makes a table for somebody who has an Allow of everything, and these statements."""
    document = {"Version": "2012-10-17", "Statement": [ALL, *statements]}
    path = write(tmp_path / "account.json", export(users=[user("dana", inline={"own": document})]))
    return ["simulate", str(path), "--principal", "dana", "--action", "s3:Put*Tagging"]


def denying(condition: dict[str, object]) -> dict[str, object]:
    return {**ALL, "Effect": "Deny", "Condition": condition}


def test_a_table_explains_none_of_its_rows(tmp_path: Path) -> None:
    command = asked(tmp_path, {**ALL, "Effect": "Deny"})
    assert calls_of(lambda: run(command), explain) == 0


def test_a_table_grows_with_the_statements_not_with_their_square(tmp_path: Path) -> None:
    def work(count: int) -> int:
        keys = (f"aws:RequestTag/k{place}" for place in range(count))
        command = asked(tmp_path, *[denying({"StringEquals": {key: "v"}}) for key in keys])
        run(command)
        return calls_of(lambda: run(command))

    assert work(100) < 2.2 * work(50)
