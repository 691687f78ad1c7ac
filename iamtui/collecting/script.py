"""The script: fixed functions, and a line for each call of the table."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from importlib.resources import files

from iamtui.collecting.calls import REGIONS
from iamtui.collecting.parts import Call, How, Part

_VARIABLES = frozenset(("$account", "$region"))
_MARK = "#: calls\n"


def script(parts: Sequence[Part]) -> str:
    """A POSIX shell script that makes all calls of `parts`."""
    functions, _, end = (files(__package__) / "collect.sh").read_text("utf-8").partition(_MARK)
    return functions + "".join(f"{line}\n" for line in _lines(parts)) + end


def _lines(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if not part.regional:
            yield f"# {part.name}"
            yield from map(_line, part.calls)
    regional = [part for part in parts if part.regional]
    if regional:
        yield "# In each region"
        yield f"find_regions {_words(REGIONS)} --query {_quoted(REGIONS.names or '')}"
        yield "while IFS= read -r region; do"
        yield "  go_to_region"
        for part in regional:
            yield f"  # {part.name}"
            yield from (f"  {_line(call)}" for call in part.calls)
        yield 'done <"$work/regions"'


def _line(call: Call) -> str:
    """The call as a line: [seldom] FUNCTION [ARGUMENTS OF THE FUNCTION] SERVICE OPERATION [OPTIONS]."""
    file = f"{call.service}-{call.operation}" + (f"/{call.file}" if call.file is not None else "")
    none = " ".join(call.none) or "-"
    own: tuple[str, ...] = ()
    match call.how:
        case How.ASK | How.AWAIT:
            own = (file, none)
        case How.LIST:
            own = (file, none, call.names or "")
        case How.EACH | How.EACH_BY_ARN:
            own = (none, call.option or "")
        case How.LIST_WITHIN:
            own = (none, call.names or "", call.option or "")
        case How.EACH_WITHIN:
            own = (none, call.names or "-", call.within or "", call.option or "")
        case How.DESCEND:
            own = (call.names or "", call.option or "")
        case How.START:
            pass
    how = ("seldom", call.how.value) if call.seldom else (call.how.value,)
    return " ".join((*how, *map(_quoted, own), _words(call)))


def _words(call: Call) -> str:
    keep = () if call.keep is None else ("--query", call.keep)
    return " ".join(map(_quoted, (call.service, call.operation, *call.options, *keep)))


def _quoted(word: str) -> str:
    """A word as the shell must see it: the two variables are filled in, everything else is taken as it is."""
    head, slash, variable = word.rpartition("/")
    if variable in _VARIABLES:
        return f'"{head}{slash}{variable}"'
    return shlex.quote(word)
