import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.browsing.aws_json.subjects import comparable_text, document_text, statement_lines, subject_json
from iamtui.browsing.subjects import find_subject
from iamtui.policy.document import Document
from tests.app.exports import arn, company, opened

STATEMENTS = {"Version": "2012-10-17", "Statement": [{"Sid": f"S{n}", "Effect": "Allow"} for n in range(3)]}


def test_a_document_in_one_line_is_indented() -> None:
    assert document_text(Document(b'{"a":[1,{"b":"x"}],"c":{}}')) == json.dumps(
        {"a": [1, {"b": "x"}], "c": {}}, indent=2
    )


def test_a_document_with_lines_of_its_own_is_shown_as_it_is() -> None:
    text = '{\n "a" : 1\n}'
    assert document_text(Document(text.encode())) == text


@pytest.mark.parametrize("margin", ["        ", "\t\t"])
def test_a_document_that_stood_deep_in_its_file_is_shown_at_the_left_edge(margin: str) -> None:
    text = '{\n  "a": {\n    "b": 1\n  }\n}'
    deep = text.replace("\n", f"\n{margin}")
    assert document_text(Document(deep.encode())) == text


def test_a_name_that_comes_twice_is_shown_twice() -> None:
    assert document_text(Document(b'{"a":1,"a":2}')).count('"a"') == 2


@pytest.mark.parametrize("broken", [b'{"a":', b"", b"[" * 20_000, b'"\xff"'])
def test_a_broken_document_is_shown_as_it_is(broken: bytes) -> None:
    assert document_text(Document(broken)) == broken.decode("utf-8", "replace")


def _inside(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), _inside, max_leaves=8))
def test_indenting_changes_no_value(value: object) -> None:
    assert json.loads(comparable_text(Document(json.dumps(value).encode()))) == value


@pytest.mark.parametrize("indent", [1, 2, 8])
@pytest.mark.parametrize("index", range(3))
def test_a_statement_is_found_by_its_index_whatever_the_indentation(index: int, indent: int) -> None:
    text = json.dumps(STATEMENTS, indent=indent)
    lines = statement_lines(text, index)
    assert lines is not None
    first, last = lines
    block = "\n".join(text.split("\n")[first - 1 : last]).strip().rstrip(",")
    assert json.loads(block) == STATEMENTS["Statement"][index]


def test_a_single_statement_is_found() -> None:
    assert statement_lines('{\n"Statement": {\n"Effect": "Allow"\n}\n}', 0) == (3, 4)


@pytest.mark.parametrize(("text", "index"), [('{"Statement": []}', 0), ("no json", 0), (json.dumps(STATEMENTS), 3)])
def test_where_there_is_no_such_statement_none_is_found(text: str, index: int) -> None:
    assert statement_lines(text, index) is None


def test_entities_are_written_as_they_were_exported(tmp_path: Path) -> None:
    content = company()
    snapshot = opened(tmp_path / "company.json", content)
    written = json.loads(subject_json(find_subject(snapshot, arn("user", "alice", "/staff/"))))
    exported = content["UserDetailList"][0]
    for name, value in written.items():
        if name != "PermissionsBoundary":
            assert value == exported.get(name, value), name
    assert written["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn("policy", "Limit")
    assert json.loads(subject_json(find_subject(snapshot, arn("policy", "Reading"))))["PolicyVersionList"]
