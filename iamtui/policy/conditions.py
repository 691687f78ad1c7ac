"""One line of a Condition block: an operator, a key, and the values that it may have (C1-C26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from iamtui.patterns import Wild
from iamtui.policy.keys import Context, KeyState, KeyValue
from iamtui.policy.operators import OPERATORS, Operator, of_epoch_time
from iamtui.policy.policy_values import Compare, PolicyValue
from iamtui.policy.truth import Truth


class SetOperator(StrEnum):
    """What is asked of the values of a multivalued key."""

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class TestResult(NamedTuple):
    """Whether a condition line holds, the rule that says so, and the request value that settled it."""

    truth: Truth
    rule: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionTest:
    """One (operator, key) line.

    `operator` is None for an operator that does not exist (C6). `together` compares with all of a long list of values.
    """

    spelling: str
    operator: Operator | None
    set_operator: SetOperator | None
    if_exists: bool
    key: str
    values: tuple[PolicyValue, ...]
    together: Compare | None = field(default=None, repr=False, compare=False)

    @property
    def folded_key(self) -> str:
        """The key as contexts are asked for it (C3)."""
        return self.key.lower()

    def truth(self, context: Context) -> Truth:
        """Whether the line holds for a request."""
        return self.judge(context).truth

    def judge(self, context: Context) -> TestResult:
        """Whether the line holds, and by which rule."""
        if self.operator is None:
            return TestResult(Truth.FALSE, "C6")
        value = context.lookup(self.key.lower())
        if self.operator.name == "Null":
            return self._judge_null(value)
        if value.begins and (matched := self._judge_beginning(value.begins, context)) is not Truth.UNKNOWN:
            return TestResult(matched, "K19")
        if value.state is KeyState.ABSENT:
            return self._judge_absent()
        if not self.values:
            return self._judge_without_values(value)
        if value.state is not KeyState.PRESENT:
            return self._judge_unknown(value)
        return self._judge_present(self.operator, value, context)

    def unread(self, value: KeyValue) -> str | None:
        """The rule by which a value of the request, or all of the policy, cannot be compared (C46-C48)."""
        operator = self.operator
        if operator is None or operator.name == "Null" or value.state is not KeyState.PRESENT or not self.values:
            return None
        if operator.arn and any(text.count(":") < 5 for text in value.values):
            return "C48"
        if operator.reads is not None and any(operator.reads(text) is None for text in value.values):
            return "C47"
        return "C46" if all(policy.compare is None for policy in self.values) else None

    def _judge_null(self, value: KeyValue) -> TestResult:
        """Presence (C13); a list of nothing counts as absent (C25), a set operator decides alone (C5)."""
        if self.set_operator is not None:
            return TestResult(Truth.TRUE if self.set_operator is SetOperator.ALL else Truth.FALSE, "C5")
        wanted = {policy.text.lower() for policy in self.values} & {"true", "false"}
        if len(wanted) == 2:
            return TestResult(Truth.TRUE, "C26")
        if not wanted:
            return TestResult(Truth.FALSE, "C7" if not self.values else "C46")
        if value.state is KeyState.UNKNOWN:
            return TestResult(Truth.UNKNOWN, "T24")
        is_null = (value.state is KeyState.ABSENT and not value.begins) or (
            value.state is KeyState.PRESENT and not any(value.values)
        )
        return TestResult(Truth.TRUE if is_null == ("true" in wanted) else Truth.FALSE, "C13")

    def _judge_absent(self) -> TestResult:
        if self.if_exists:
            return TestResult(Truth.TRUE, "C16" if self.set_operator is SetOperator.ANY else "C12")
        if self.set_operator is SetOperator.ALL:
            return TestResult(Truth.TRUE, "C14")
        if self.set_operator is SetOperator.ANY:
            return TestResult(Truth.FALSE, "C15")
        if self.operator is not None and self.operator.negated:
            return TestResult(Truth.TRUE, "C11")
        return TestResult(Truth.FALSE, "C10")

    def _judge_without_values(self, value: KeyValue) -> TestResult:
        """An empty list of policy values (C7); the key is not absent."""
        unknown = value.state is KeyState.UNKNOWN
        if self.if_exists:
            holds = Truth.UNKNOWN if unknown else Truth.FALSE
        elif self.set_operator is SetOperator.ALL:
            known_empty = Truth.FALSE if any(value.values) else Truth.TRUE
            holds = known_empty if value.state is KeyState.PRESENT else Truth.UNKNOWN
        elif self.set_operator is SetOperator.ANY:
            holds = Truth.FALSE
        else:
            holds = Truth.TRUE if self.operator is not None and self.operator.negated else Truth.FALSE
        return TestResult(holds, "C7")

    def _judge_unknown(self, value: KeyValue) -> TestResult:
        """Unknown, unless every state that the key can have gives the same answer (T24)."""
        if self._tests_excluded_values(value):
            return self._judge_excluded()
        if self._takes_any_value() and (
            self.if_exists or self.set_operator is SetOperator.ALL or value.state is KeyState.UNKNOWN_VALUE
        ):
            return TestResult(Truth.TRUE, "T24")
        return TestResult(Truth.UNKNOWN, "T24")

    def _judge_beginning(self, begins: str, context: Context) -> Truth:
        """What is certain of a value of which only the beginning is known."""
        if self.operator is None or self.operator.name not in _TEXT_OPERATORS or not self.values:
            return Truth.UNKNOWN
        matched = max(_with_beginning(policy, begins, context) for policy in self.values)
        return matched.negated if self.operator.negated else matched

    def _tests_excluded_values(self, value: KeyValue) -> bool:
        """Whether the key is compared with nothing but values that it certainly does not have."""
        return (
            bool(value.excluded)
            and self.operator is not None
            and self.operator.name in ("StringEquals", "StringNotEquals")
            and all(policy.text in value.excluded for policy in self.values)
        )

    def _judge_excluded(self) -> TestResult:
        """No value of the key matches, whatever it has: what is left to ask is whether it is absent."""
        negated = self.operator is not None and self.operator.negated
        when_present = Truth.TRUE if negated else Truth.FALSE
        when_absent = self._judge_absent().truth
        return TestResult(when_present if when_present is when_absent else Truth.UNKNOWN, "T24")

    def _takes_any_value(self) -> bool:
        return (
            self.operator is not None
            and self.operator.name == "StringLike"
            and self.set_operator is not SetOperator.ANY
            and any(policy.text == "*" for policy in self.values)
        )

    def _judge_present(self, operator: Operator, value: KeyValue, context: Context) -> TestResult:
        if self.set_operator is None:
            if value.is_list:
                return TestResult(Truth.FALSE, "C23")
            single = value.values[0]
            return TestResult(self._satisfies(operator, single, context), "C2" if operator.negated else "C1", single)
        if self.set_operator is SetOperator.ALL:
            if not any(value.values):
                return TestResult(Truth.TRUE, "C21")
            return self._judge_each(operator, value.values, context, (min, Truth.TRUE, Truth.FALSE, "C21"))
        if not any(value.values):
            return TestResult(Truth.FALSE, "C22")
        return self._judge_each(operator, value.values, context, (max, Truth.FALSE, Truth.TRUE, "C22"))

    def _judge_each(
        self,
        operator: Operator,
        values: tuple[str, ...],
        context: Context,
        rule: tuple[Callable[[Truth, Truth], Truth], Truth, Truth, str],
    ) -> TestResult:
        combine, truth, settled, name = rule
        for value in values:
            truth = combine(truth, self._satisfies(operator, value, context))
            if truth is settled:
                return TestResult(truth, name, value)
        return TestResult(truth, name)

    def _satisfies(self, operator: Operator, value: str, context: Context) -> Truth:
        """Whether one value of the request satisfies the base operator (C1, C2, C48)."""
        if operator.arn and value.count(":") < 5:
            return Truth.FALSE
        matched = self._matches_any(value, context) if self.together is None else self.together(value, context)
        return matched.negated if operator.negated else matched

    def _matches_any(self, value: str, context: Context) -> Truth:
        matched = Truth.FALSE
        for policy in self.values:
            if policy.compare is not None and (found := policy.compare(value, context)):
                matched = max(matched, found)
                if matched is Truth.TRUE:
                    break
        return matched


_FEW = 8
"""How many values are compared one after another."""


@lru_cache(maxsize=16_384)
def condition_test(spelling: str, key: str, values: tuple[str, ...], *, variables: bool) -> ConditionTest:
    """Compile one line; an operator name is taken in any letter case (C4)."""
    prefix, colon, rest = spelling.partition(":")
    set_operator = _SET_OPERATORS.get(prefix.lower()) if colon else None
    name = (rest if set_operator else spelling).lower()
    if_exists = name.endswith("ifexists")
    operator = OPERATORS.get(name.removesuffix("ifexists"))
    if operator is not None and operator.name == "Null" and if_exists:
        operator = None
    if operator is not None and key.lower() == "aws:epochtime":
        operator = of_epoch_time(operator)
    prepared = tuple(
        PolicyValue(text, None) if operator is None else operator.prepare(text, variables) for text in values
    )
    together = None if operator is None or len(prepared) <= _FEW else operator.together
    return ConditionTest(spelling, operator, set_operator, if_exists, key, prepared, together and together(prepared))


_TEXT_OPERATORS = frozenset(("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"))
"""The operators that compare texts as they are."""


def _with_beginning(policy: PolicyValue, begins: str, context: Context) -> Truth:
    """Whether a policy's value takes a text of which only the beginning is known."""
    pieces = () if policy.template is None else policy.template.pieces
    first = pieces[0] if pieces else ""
    head = first if isinstance(first, str) else ""
    is_plain = all(isinstance(piece, str) for piece in pieces)
    if not head.startswith(begins) and (is_plain or not begins.startswith(head)):
        return Truth.FALSE
    if policy.compare is None or not pieces or pieces[-1] is not Wild.ANY:
        return Truth.UNKNOWN
    return max(policy.compare(begins, context), Truth.UNKNOWN)  # the star at its end takes whatever follows


_SET_OPERATORS = {"forallvalues": SetOperator.ALL, "foranyvalue": SetOperator.ANY}
