"""A request made ready to be decided: who asks, what is matched against, which policies apply."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.applicable.policies import Applicable, Assumption
from iamtui.evaluation.applicable.public_buckets import is_public
from iamtui.evaluation.combining.outcome import CombinationRules
from iamtui.evaluation.keys import derive
from iamtui.evaluation.keys.network_keys import conflicting
from iamtui.evaluation.matching.statements import MatchContext
from iamtui.evaluation.request.accepted_calls import admitted_vpc
from iamtui.evaluation.request.caller import Caller, CallerKind
from iamtui.evaluation.request.context import RequestContext, ResolvedRequest, listed
from iamtui.evaluation.request.foreign_resources import only_the_caller_decides
from iamtui.evaluation.request.request import Request, RequestError
from iamtui.evaluation.request.services import resource_rule, stands_for_key, takes_no_resource
from iamtui.evaluation.request.unlisted_resources import asked_resources, open_resource
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Snapshot


class PolicySource(Protocol):
    """Where the policies of a request come from: a snapshot, or documents that are given with it."""

    @property
    def snapshot(self) -> Snapshot | None:
        """What was exported, if it comes from there."""
        ...

    @property
    def s3_abac(self) -> bool:
        """Whether tags of buckets count (S32)."""
        ...

    def caller(self, principal: str) -> Caller:
        """Who asks.

        Raises:
            RequestError: no form of a principal, or one that its exported account does not have.
        """
        ...

    def gather(self, subject: ResolvedRequest, context: RequestContext) -> Applicable:
        """Every layer that the request meets."""
        ...


class PreparedRequest(NamedTuple):
    """A request made ready: who asks, what is matched against, and which policies apply."""

    request: Request
    subject: ResolvedRequest
    asked: MatchContext
    applicable: Applicable
    setting: CombinationRules


def prepare(request: Request, source: PolicySource) -> PreparedRequest:
    """Resolve the caller, the resource's owner, the context and the policies of a request.

    Raises:
        RequestError: the request itself is malformed.
    """
    caller = source.caller(request.principal)
    context = context_of(request, caller, source)
    subject = context.subject
    resources = asked_resources(subject, request.resource, context)
    applicable = source.gather(subject, context)
    left_open = open_resource(subject, request.resource, context)
    asked = MatchContext(caller, subject.folded_action, subject.service, resources, context, open_resource=left_open)
    is_closed = _is_closed(subject, applicable)
    if is_closed is None:
        applicable = applicable._replace(assumed=(*applicable.assumed, _without_s3_policies(subject, applicable)))
    setting = _setting(subject, applicable, public_bucket_closed=is_closed is True)
    return PreparedRequest(request, subject, asked, applicable, setting)


def context_of(request: Request, caller: Caller, source: PolicySource) -> RequestContext:
    """The keys of a request; none follows from the policies that apply.

    Raises:
        RequestError: the request itself is malformed.
    """
    context = RequestContext(_subject(request, caller, source), listed(request.context), derive)
    if (other := conflicting(context)) is not None:
        raise RequestError(f"aws:SourceIp and {other} exclude each other (K58)")
    return context


_IN_NO_ACTION = frozenset("*?, \t")


def _subject(request: Request, caller: Caller, source: PolicySource) -> ResolvedRequest:
    snapshot = source.snapshot
    service, colon, operation = request.action.partition(":")
    if not colon or not service or not operation or not _IN_NO_ACTION.isdisjoint(request.action):
        raise RequestError(f"not an action: {request.action!r} (expected service:Operation)")
    named = _named_resource(request, caller)
    arn = None if named is None else _authorized(request.action, named, snapshot)
    owner = _known_owner(request, snapshot, arn)
    return ResolvedRequest(
        caller=caller,
        action=request.action,
        folded_action=request.action.lower(),
        service=service.lower(),
        operation=operation.lower(),
        resource="*" if arn is None else request.resource if arn is named else str(arn),
        resource_arn=arn,
        resource_account=owner or caller.account,
        snapshot=snapshot,
        at=request.at or datetime.now(UTC),
        region="" if named is None else named.region,
        unstated=request.unstated,
        s3_abac=source.s3_abac,
        owner_is_assumed=owner is None and arn is not None and arn.service == "s3",
    )


def _named_resource(request: Request, caller: Caller) -> Arn | None:
    if request.resource == "*":
        return None
    try:
        arn = Arn.parse(request.resource)
    except MalformedArnError as error:
        raise RequestError(str(error)) from error
    if caller.partition is not None and arn.partition != caller.partition:
        raise RequestError(
            f"the principal is in partition {caller.partition}, the resource in {arn.partition}: "
            "no policy grants across partitions (E5)"
        )
    return arn


def _authorized(action: str, named: Arn, snapshot: Snapshot | None) -> Arn | None:
    """What AWS authorizes where a request names `named`: nothing (L36), the key of an alias (S20), or just that."""
    if takes_no_resource(action):
        return None
    if snapshot is None or not stands_for_key(action, named):
        return named
    key = snapshot.key_behind(str(named))
    return named if key is None else Arn.parse(key.arn)


def _known_owner(request: Request, snapshot: Snapshot | None, arn: Arn | None) -> str | None:
    """The account of the resource: stated, in the ARN, or known to the snapshot (E3, samples/scenarios/README.md)."""
    if request.resource_account is not None:
        return request.resource_account
    if arn is None:
        return None
    if arn.account.isdigit():
        return arn.account
    if snapshot is None:
        return None
    known = snapshot.resources.get(request.resource)
    if known is None and arn.service == "s3":
        known = snapshot.resources.get(f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}")
    return None if known is None else known.account


def _setting(subject: ResolvedRequest, applicable: Applicable, *, public_bucket_closed: bool) -> CombinationRules:
    caller = subject.caller
    own, bucket = caller.account, applicable.bucket
    owner = own if only_the_caller_decides(subject) else subject.resource_account
    return CombinationRules(
        caller_kind=caller.kind,
        same_account=caller.has_account and owner == own and (bucket is None or bucket.account == own),
        rule=resource_rule(subject.folded_action, subject.resource_arn),
        public_bucket_closed=public_bucket_closed,
    )


def _is_closed(subject: ResolvedRequest, applicable: Applicable) -> bool | None:
    """Whether RestrictPublicBuckets refuses this caller: a public policy, and a caller from outside (S11, S12).

    Through an access point the policy of either may be the public one (S10). None: the setting is not known.
    """
    if applicable.restricts_public_buckets is False or subject.service != "s3":
        return False
    caller = subject.caller
    if caller.kind is CallerKind.SERVICE or (caller.has_account and caller.account == _owner(subject, applicable)):
        return False
    return (
        applicable.restricts_public_buckets
        if _is_public(applicable, admits_one_vpc=admitted_vpc(subject) is not None)
        else False
    )


def _owner(subject: ResolvedRequest, applicable: Applicable) -> str | None:
    """The account of the bucket, also of one behind an access point."""
    return subject.resource_account if applicable.bucket is None else applicable.bucket.account


def _is_public(applicable: Applicable, *, admits_one_vpc: bool) -> bool:
    """AWS's own word before our judgement (I33)."""
    if applicable.is_public is not None:
        return applicable.is_public
    bucket = applicable.bucket
    own = () if admits_one_vpc else applicable.resource.levels  # such an access point is never public (S17)
    levels = (*own, *(() if bucket is None else bucket.levels))
    documents = (policy.document for level in levels for policy in level.policies)
    contents = [document.policy for document in documents if document is not None]
    return any(not isinstance(content, InvalidDocument) and is_public(content) for content in contents)


def _without_s3_policies(subject: ResolvedRequest, applicable: Applicable) -> Assumption:
    """What is assumed where only an S3 policy that was not exported could close a public bucket (S10)."""
    owner = _owner(subject, applicable)
    return Assumption(f"the S3 policies that bind account {owner} were not exported: taken as not restricting buckets")
