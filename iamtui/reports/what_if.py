"""What edits would do, as lines, text and Markdown (CH5).

The JSON of `iamtui what-if` is that of `iamtui diff --effect`, and besides:

    version   1
    findings  what lint says of documents that are so only by the edits, as `iamtui lint` has it
    patch     the edits as a JSON Patch whose paths name things of the picture; `--patch` takes it
    commands  lines of a shell that make the edits, a comment where no line of the AWS CLI does
    undo      lines of a shell that take them back
    mended    of findings whose remedies the edits are: rule, subject, remedy, whether it is clear, what is left and new
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from iamtui.analysis.what_if import WhatIf
from iamtui.policy.lint import FindingSeverity
from iamtui.reports.changes import change_lines, changes_as_markdown
from iamtui.reports.findings import findings_data
from iamtui.reports.lines import SEPARATOR, Line
from iamtui.reports.markdown import block, code
from iamtui.reports.serial import Data
from iamtui.visible import Tone

NOTHING = "nobody gains or loses anything"


def what_if_lines(found: WhatIf) -> list[Line]:
    """What differs and what it does, then the lines that do it and those that take it back."""
    lines = [*_mended(found), *change_lines(found.changes)]
    if not found.has_effect:
        said = NOTHING if found.changes.complete else f"{NOTHING} that was found"
        lines.append(Line("no effect", said, "", "good" if found.changes.complete else "warn", "≡"))
    lines += _said(found)
    lines += _script("commands", "To do it", found.commands)
    lines += _script("undo", "To undo it", found.undo)
    return lines


def _mended(found: WhatIf) -> Iterator[Line]:
    """Whether the findings are clear whose remedies the edits are."""
    for place, one in enumerate(found.mended):
        tone: Tone = "good" if one.is_clear else "warn"
        yield Line(f"mended{SEPARATOR}{place}", one.words, one.said, tone, "✔" if one.is_clear else "!")


def _said(found: WhatIf) -> Iterator[Line]:
    """What lint says of the documents as edited: AWS may refuse them."""
    for one in found.findings:
        for place, finding in enumerate(one.findings):
            key = f"finding{SEPARATOR}{one.owner}{SEPARATOR}{one.name}{SEPARATOR}{place}"
            tone: Tone = "bad" if finding.severity in (FindingSeverity.ERROR, FindingSeverity.SECURITY) else "warn"
            where = f" line {finding.line}" if finding.line is not None else ""
            text = f"{finding.severity.value} {finding.rule}"
            yield Line(key, text, f"{one.name} of {one.owner}{where}: {finding.message}", tone, "!")


def _script(key: str, title: str, commands: Sequence[str]) -> Iterator[Line]:
    if commands:
        yield Line(key, title, "iamtui runs none of this", "accent", "$", open=True, grow=partial(_each, key, commands))


def _each(key: str, commands: Sequence[str]) -> Iterator[Line]:
    for place, command in enumerate(commands):
        yield Line(f"{key}{SEPARATOR}{place}", command, tone="muted" if command.startswith("#") else "plain")


def what_if_data(found: WhatIf) -> Data:
    """The JSON of `iamtui what-if`."""
    data: dict[str, Data] = found.to_dict()
    return data | {"findings": findings_data(found.findings)}


def script_text(commands: Sequence[str]) -> str:
    """The lines for a shell, which stops at the first that fails."""
    return "\n".join(("set -e", *commands, "")) if commands else ""


def what_if_as_markdown(found: WhatIf) -> str:
    """What differs, what it does, and the lines that do it and take it back."""
    parts = [changes_as_markdown(found.changes)]
    if found.mended:
        parts.append("\n## What it mends\n\n")
        parts += [f"- {code(line.text)}: {code(line.detail)}\n" for line in _mended(found)]
    if not found.has_effect:
        parts.append(f"\n{NOTHING.capitalize()}.\n")
    if found.findings:
        parts.append("\n## What lint says of it\n\n")
        parts += [f"- {line.text}: {code(line.detail)}\n" for line in _said(found)]
    for title, commands in (("To do it", found.commands), ("To undo it", found.undo)):
        if commands:
            parts.append(f"\n## {title}\n\n{block(chr(10).join(commands))}")
    return "".join(parts)


def commands_with_undo(found: WhatIf) -> str:
    """A script that makes the edits; the lines that take them back stand below it as comments."""
    undo = "".join(f"# {line}\n" for line in found.undo)
    return f"{script_text(found.commands)}\n# To undo it:\n{undo}"
