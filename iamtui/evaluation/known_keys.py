"""The condition keys of a request whose values are known: stated, or following from the export (K1)."""

from __future__ import annotations

from iamtui import catalog
from iamtui.evaluation.applicable.from_documents import FromDocuments
from iamtui.evaluation.applicable.from_snapshot import FromSnapshot
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.preparing import PreparedRequest, prepare
from iamtui.evaluation.request.request import Request
from iamtui.policy.keys import KeyState, KeyValue
from iamtui.snapshot.model import Snapshot


def known_keys(snapshot: Snapshot, request: Request) -> dict[str, KeyValue]:
    """The global keys and the caller's tags that a request has, and all that it states.

    Raises:
        RequestError: the request itself is malformed.
    """
    session = request.session_policies
    return _known(prepare(request, FromSnapshot(snapshot, session)))


def known_keys_of_policies(policies: GivenPolicies, request: Request) -> dict[str, KeyValue]:
    """`known_keys` for a request that is decided on the given documents alone.

    Raises:
        RequestError: the request itself is malformed.
    """
    return _known(prepare(request, FromDocuments(policies)))


def _known(question: PreparedRequest) -> dict[str, KeyValue]:
    context, request = question.asked.context, question.request
    stated = {key.lower() for key in request.context}
    names = [key.name for key in catalog.all_global_keys() if "$" not in key.name]
    entity = context.subject.caller.entity
    names += [f"aws:PrincipalTag/{tag}" for tag, _ in (entity.tags if entity is not None else ())]
    derived = {name: context.lookup(name.lower()) for name in names if name.lower() not in stated}
    found = {**request.context, **derived}
    return {name: value for name, value in found.items() if value.state is KeyState.PRESENT}
