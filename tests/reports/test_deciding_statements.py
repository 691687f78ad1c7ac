"""What the line of the verdict says of a decision: who decides, and by which statements."""

from __future__ import annotations

from pathlib import Path

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.reports.words import deciding_statements, sentence
from iamtui.snapshot.opening import open_snapshot

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-org"


def decided(principal: str, action: str, resource: str) -> Decision:
    return decide(open_snapshot([SAMPLE]), Request(principal, action, resource, unstated=Unstated.ABSENT))


def test_e1_across_accounts_both_sides_are_named_before_the_guardrails() -> None:
    decision = decided(
        "arn:aws:sts::444455556666:assumed-role/ledger-analyst/nina",
        "s3:GetObject",
        "arn:aws:s3:::acme-ledger/reports/x",
    )
    assert sentence(decision) == "an identity-based policy and a resource-based policy allow it"
    named = deciding_statements(decision)
    assert named[:2] == ("ledger#ReadReports", "policy of acme-ledger#SandboxReadsReports")
    assert set(named[2:]) == {"RCPFullAWSAccess#0", "FullAWSAccess#0", "SandboxServices#ThisAndNoMore"}


def test_a_deny_names_the_statement_that_denies() -> None:
    dana = "arn:aws:iam::111122223333:user/dana"
    decision = decided(dana, "s3:GetObject", "arn:aws:s3:::acme-ledger/x")
    assert sentence(decision).startswith("explicit deny in a")
    assert "RequireMfa#NothingElseWithoutMfa" in deciding_statements(decision)
    assert set(deciding_statements(decision)) == set(decision.matched)


def test_what_nothing_allows_names_no_statement() -> None:
    decision = decided("arn:aws:iam::444455556666:user/nina", "s3:DeleteBucket", "arn:aws:s3:::acme-ledger")
    assert deciding_statements(decision) == ()
