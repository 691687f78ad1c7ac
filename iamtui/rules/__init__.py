"""The rules by which AWS decides and iamtui reads, in plain words: what stands behind a number such as E41.

The rules are data (`data/*.toml`); a file is read when a rule of it is first asked for.
"""

from iamtui.rules.citations import cited_in, rules_in
from iamtui.rules.lookup import UnknownRuleError, all_rules, find_rules, rule
from iamtui.rules.model import Page, Rule, RuleKind
from iamtui.rules.number import RuleNumber, RuleNumberError

__all__ = [
    "Page",
    "Rule",
    "RuleKind",
    "RuleNumber",
    "RuleNumberError",
    "UnknownRuleError",
    "all_rules",
    "cited_in",
    "find_rules",
    "rule",
    "rules_in",
]
