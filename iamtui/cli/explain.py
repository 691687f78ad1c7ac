"""`iamtui explain`: what the numbers of rules stand for."""

from __future__ import annotations

import click

from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import InputError
from iamtui.cli.output import write_bytes, write_tree
from iamtui.reports.rules import rule_lines, rules_as_json
from iamtui.rules import Rule, RuleNumberError, UnknownRuleError, find_rules, rule

_EXAMPLES = """\b
iamtui explain E41 Q15
iamtui explain 'session policy'
"""


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Say what a rule such as E41 means, and where AWS says it.")
@click.argument("rules", metavar="NUMBER|WORDS...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--full", is_flag=True, help="Unfold every rule, however many there are.")
def explain(rules: tuple[str, ...], form: str, *, full: bool) -> int:
    """Say what rules mean that answers and findings name by number.

    Each argument is a number, such as E41, or words: then the rules are shown in which all of them stand.

    Exit status: 0 every argument led to a rule, 2 one did not; then nothing is printed.
    """
    found = {one.number: one for text in rules for one in _rules_of(text)}
    if form == "json":
        write_bytes(rules_as_json(found.values()))
    else:
        write_tree(rule_lines(found.values()), full=full)
    return 0


def _rules_of(text: str) -> tuple[Rule, ...]:
    try:
        return (rule(text),)
    except (RuleNumberError, UnknownRuleError) as error:
        if found := find_rules(text):
            return found
        raise InputError(f"{error}; no rule has it as words either, and nothing is printed") from None
