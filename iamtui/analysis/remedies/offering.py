"""Which remedies a finding has that are edits: a table of rules. What no edit says, its fix says in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from iamtui.analysis.overlay.placing import MissingThingError
from iamtui.analysis.remedies import credentials, grants, paths
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.snapshot.model import Snapshot

Offer = Callable[[Snapshot, Finding], Iterator[Remedy]]

OFFERS: Mapping[str, tuple[Offer, ...]] = MappingProxyType(
    {
        "FI20": (credentials.password,),
        "FI21": (credentials.asked_for_mfa,),
        "FI22": (credentials.password,),
        "FI23": (credentials.password,),
        "FI24": (credentials.asked_for_mfa, grants.trust_with_mfa),
        "FI25": (credentials.keys,),
        "FI26": (credentials.keys,),
        "FI27": (credentials.keys,),
        "FI28": (credentials.password,),
        "FI29": (credentials.keys,),
        "FI30": (credentials.keys,),
        "FI40": (grants.control,),
        "FI41": (paths.each_step,),
        "FI42": (grants.whole_service,),
        "FI43": (grants.what_rows_show,),
        "FI45": (grants.what_rows_show,),
        "FI46": (grants.what_rows_show,),
        "FI47": (credentials.own_policies,),
        "FI48": (credentials.inline_policies,),
        "FI49": (credentials.boundary, grants.what_rows_show),
        "FI51": (credentials.everything,),
        "FI55": (grants.statements_named,),
        "FI60": (grants.without_account,),
        "FI61": (grants.without_account, grants.with_mfa),
        "FI62": (grants.of_ones_own, grants.let_in_by_nobody),
        "FI63": (grants.let_in_by_nobody,),
        "FI64": (grants.let_in_by_nobody,),
        "FI65": (grants.of_who_signed_in, grants.let_in_by_nobody),
        "FI66": (grants.for_the_owner,),
        "FI67": (grants.for_the_owner,),
        "FI68": (grants.what_rows_show,),
        "FI69": (grants.without_the_gone,),
        "FI70": (grants.for_sign_in,),
        "FI72": (grants.let_in_by_nobody,),
        "FI86": (grants.detached,),
        "FI90": (grants.what_rows_show,),
        "FI97": (grants.nothing_changes_without,),
        "FI98": (grants.statements_named,),
    }
)
"""The rules whose fix is a change of a document, attachment, membership, boundary, trust or credential, best first.

Root, password policies, MFA devices, certificates, and what is deleted or made as a whole are no edits.
"""


def remedies_of(snapshot: Snapshot, finding: Finding) -> tuple[Remedy, ...]:
    """The remedies of a finding, each once; none where its fix is no edit, or the export lacks what is to be edited."""
    found: list[Remedy] = []
    for offer in OFFERS.get(finding.rule, ()):
        try:
            found += [one for one in offer(snapshot, finding) if all(one.edits != other.edits for other in found)]
        except MissingThingError:
            continue
    return tuple(found)
