"""The grammar of the sentences in which AWS refuses (I81, I82, N3, N4), read part by part.

A part that a cut text may have lost is None, never half of it: an ARN that ends where the text ends is no ARN.
"""

from __future__ import annotations

import re
from dataclasses import replace

from iamtui.evaluation.decision import Layer
from iamtui.trail.refusals.codes import VPCE_ACCESS_DENIED, is_about_credentials, is_denial
from iamtui.trail.refusals.languages import language_of
from iamtui.trail.refusals.pasted import unwrap
from iamtui.trail.refusals.refusal import About, NotARefusalError, Refusal, Result

_LAYERS = {
    "identity-based policy": Layer.IDENTITY,
    "identity policy": Layer.IDENTITY,
    "resource-based policy": Layer.RESOURCE,
    "resource policy": Layer.RESOURCE,
    "role trust policy": Layer.TRUST,
    "trust policy": Layer.TRUST,
    "permissions boundary": Layer.PERMISSIONS_BOUNDARY,
    "permission boundary": Layer.PERMISSIONS_BOUNDARY,
    "session policy": Layer.SESSION,
    "service control policy": Layer.SCP,
    "resource control policy": Layer.RCP,
    "vpc endpoint policy": Layer.VPC_ENDPOINT,
}
"""The policy types that an ending names (I82), in AWS's words and their older forms."""

_CALLER = re.compile(r"User: (?P<principal>\S+) is not authorized to (?:perform(?: action)?:? ?|access )")
_ACTION = re.compile(r"\"?(?P<action>[A-Za-z][\w-]*:[\w*]+)\"?")
_WITHOUT_CALLER = re.compile(r"Not authorized to perform:? (?P<action>[A-Za-z][\w-]*:\w+)", re.IGNORECASE)
_RESOURCE = re.compile(r" on (?:resource:? ?(?P<written>.*)|(?:the specified|this) resource)$", re.DOTALL)
_ENDING = re.compile(
    r"(?P<before>.*)(?:"
    r" because no (?P<missing>[\w -]{1,80}?) allows? the \S+ action"
    r"| with an explicit deny in (?:an?|the) (?P<denying>[\w -]{0,80}?(?:policy|boundary))(?![\w-])"
    r"|(?P<explicit> with an explicit deny)(?! in)(?![\w-])"
    r"|(?P<kms> because the resource does not exist in this Region, no resource-based policies allow access)"
    r"|(?P<public> because public .{1,120}?prevented by the (?:Block|Restrict|Ignore)Public\w+ setting)"
    r")",
    re.DOTALL,
)
"""What follows the resource; `before` takes all it can, for a stranger's name may read like an ending."""
_CUT_ENDING = re.compile(r" (?:because no?\b|with an explicit\b).*$")
_POLICY = re.compile(r":? ?(?P<policy>arn:\S+?)[.,]?(?=\s|$)")
_ENCODED = re.compile(r"(?P<before>.*)Encoded authorization failure message: ?(?P<encoded>[\w-]*)")
_DETAILS = re.compile(r"(?P<before>.*)Go to (?P<url>https://\S+#/authorization-details/\S*)(?P<call>.*)")
_ID_OF_URL = re.compile(r"#/authorization-details/(?P<id>[0-9a-zA-Z]{1,256})[.,]?$")
_ID_OF_CALL = re.compile(r"authorization id: ?(?P<id>[0-9a-zA-Z]{1,256})\.?$")
_REGION = re.compile(r"[?&]region=(?P<region>[a-z0-9-]+)(?=[#&])")
_PUBLIC_ALONE = re.compile(
    r"public .{1,120}?prevented by the (?:Block|Restrict|Ignore)Public\w+ setting", re.IGNORECASE
)
_BILLING = re.compile(r"IAM (?:user )?access (?:is )?not activated|not activated IAM", re.IGNORECASE)
_BARE = re.compile(r"(?:access ?denied|forbidden|unauthorized|not authorized)\b.*", re.IGNORECASE)
_ROLE_GIVEN = re.compile(r"trust relationships? for your role", re.IGNORECASE)
_CUT = "the text ends where it may have been cut (R11): what stood last is not known"


def parse_message(text: str) -> Refusal:
    """Read a refusal as a terminal, a log or a chat prints it (AT20).

    Raises:
        NotARefusalError: the text holds none, or is in another language.
    """
    message, code, operation, others = unwrap(text)
    if not message and code is None:
        raise NotARefusalError("expected the text of an AWS error, found an empty one")
    if code is not None and is_about_credentials(code):
        note = f"{code} says that the credentials are not valid for the call: no policy was asked"
        return Refusal(operation=operation, about=About.CREDENTIALS, notes=(note,))
    found = parse_sentence(message)
    if found is None and code is not None and is_denial(code):
        found = Refusal(notes=(f"of its reason {code} says nothing that iamtui understands",))
    if found is None:
        raise NotARefusalError(_why_not(message))
    if code == VPCE_ACCESS_DENIED:
        found = replace(found, layer=Layer.VPC_ENDPOINT, about=About.POLICY)
    if others:
        found = replace(found, notes=(*found.notes, f"the text holds {others} more refusals: the first is taken"))
    return replace(found, operation=operation)


def parse_sentence(message: str, *, may_be_cut: bool = False) -> Refusal | None:
    """Read AWS's sentence itself, on one line; None if it is none that refuses.

    Args:
        message: what AWS wrote, without what a tool adds.
        may_be_cut: the text is as long as CloudTrail lets it be (R11).
    """
    rest, refusal = _take_trailers(message, may_be_cut=may_be_cut)
    caller = _CALLER.search(rest)
    if caller is None:
        return _without_caller(rest, refusal)
    rest = rest[caller.end() :]
    action = _ACTION.match(rest)
    is_cut = action is not None and may_be_cut and action.end() == len(rest) and not _has_trailer(refusal)
    named = None if action is None or is_cut else action["action"]
    refusal = replace(refusal, principal=caller["principal"], action=named, about=About.POLICY)
    if is_cut:
        return replace(refusal, notes=(*refusal.notes, _CUT))
    return refusal if action is None else _with_reason(rest[action.end() :], refusal, may_be_cut=may_be_cut)


def _with_reason(rest: str, refusal: Refusal, *, may_be_cut: bool) -> Refusal:
    """Read what follows the action: the resource, and why (I82)."""
    ending = _ENDING.match(rest)
    if ending is not None:
        refusal = _with_ending(ending, refusal)
        policy = _POLICY.match(rest, ending.end())
        if policy is None:
            return refusal
        if may_be_cut and policy.end() == len(rest) and not _has_trailer(refusal):
            return replace(refusal, notes=(*refusal.notes, _CUT))
        return replace(refusal, policy=policy["policy"])
    if not may_be_cut or _has_trailer(refusal):
        return replace(refusal, resource=_resource(rest))
    refusal = replace(refusal, notes=(*refusal.notes, _CUT))
    cut = _CUT_ENDING.search(rest)
    if cut is None:
        return refusal
    result = Result.IMPLICIT_DENY if cut[0].startswith(" because") else Result.EXPLICIT_DENY
    return replace(refusal, resource=_resource(rest[: cut.start()]), result=result)


def _with_ending(ending: re.Match[str], refusal: Refusal) -> Refusal:
    resource = _resource(ending["before"])
    if ending["kms"]:
        return replace(refusal, resource=resource, layer=Layer.RESOURCE)
    if ending["public"]:
        return replace(refusal, resource=resource, layer=Layer.S3_BLOCK_PUBLIC_ACCESS)
    named = ending["missing"] or ending["denying"]
    result = Result.IMPLICIT_DENY if ending["missing"] else Result.EXPLICIT_DENY
    layer = None if named is None else _LAYERS.get(named.lower())
    notes = refusal.notes
    if named is not None and layer is None:
        notes = (*notes, f"AWS names a type of policy that iamtui does not know: {named}")
    return replace(refusal, resource=resource, result=result, layer=layer, notes=notes)


def _take_trailers(message: str, *, may_be_cut: bool) -> tuple[str, Refusal]:
    """Cut off the encoded message and the authorization id; return what stands before, and a refusal with them."""
    refusal = Refusal()
    details = _DETAILS.match(message)
    if details is not None and _ENDING.match(details["call"]) is not None:
        details = None  # a stranger's name that reads so: what AWS says stands after it
    if details is not None:
        message = _without_full_stop(details["before"])
        refusal = _with_details(details, may_be_cut=may_be_cut)
    encoded = _ENCODED.match(message)
    if encoded is not None and _ENDING.match(message, encoded.end()) is None:
        notes = refusal.notes
        if may_be_cut and details is None:
            notes = (*notes, "the encoded message may be cut (R11): it could then not be decoded")
        message = _without_full_stop(encoded["before"])
        refusal = replace(refusal, encoded_message=encoded["encoded"], about=About.POLICY, notes=notes)
    return message, refusal


def _with_details(details: re.Match[str], *, may_be_cut: bool) -> Refusal:
    """Read the link to the authorization details, which repeats the id after it (AT1)."""
    found = None if may_be_cut else _ID_OF_CALL.search(details["call"])
    if found is None and not (may_be_cut and not details["call"]):
        found = _ID_OF_URL.search(details["url"])
    region = _REGION.search(details["url"])
    return Refusal(
        authorization_id=None if found is None else found["id"],
        region=None if region is None else region["region"],
        about=About.POLICY,
        notes=(_CUT,) if found is None else (),
    )


def _without_full_stop(text: str) -> str:
    return text.rstrip().removesuffix(".")


def _has_trailer(refusal: Refusal) -> bool:
    return refusal.encoded_message is not None or refusal.authorization_id is not None


def _resource(rest: str) -> str | None:
    found = _RESOURCE.match(rest)
    if found is None or found["written"] is None:
        return None
    written = found["written"].strip()
    return written[1:-1] if len(written) > 1 and written.startswith('"') and written.endswith('"') else written


def _without_caller(rest: str, refusal: Refusal) -> Refusal | None:
    """Read the refusals that name no caller (N4)."""
    action = _WITHOUT_CALLER.search(rest)
    if action is not None:
        return replace(refusal, action=action["action"], about=About.POLICY)
    if _BILLING.search(rest):
        note = "the account has not opened its billing to IAM: no policy can allow it"
        return replace(refusal, about=About.BILLING, notes=(*refusal.notes, note))
    if _PUBLIC_ALONE.search(rest):
        return replace(refusal, layer=Layer.S3_BLOCK_PUBLIC_ACCESS, about=About.POLICY)
    if rest.startswith("Cross-account pass role is not allowed"):
        note = "a role of another account cannot be passed, whatever the policies say (E89)"
        return replace(refusal, action="iam:PassRole", about=About.POLICY, notes=(*refusal.notes, note))
    if rest.startswith("The request was denied due to a VPC endpoint policy"):
        return replace(refusal, layer=Layer.VPC_ENDPOINT, about=About.POLICY)
    if _ROLE_GIVEN.search(rest):
        return None
    if refusal.encoded_message is not None or refusal.authorization_id is not None:
        return refusal
    if rest.startswith("You are not authorized to perform this operation") or _BARE.fullmatch(rest):
        return refusal
    return None


def _why_not(message: str) -> str:
    if _ROLE_GIVEN.search(message):
        return "this is no refusal of the caller: the service may not use the role that it was given"
    language = language_of(message)
    if language is not None:
        return f"the message is in {language}, of which iamtui reads nothing: expected AWS's English sentence"
    return "expected a refusal of AWS, such as 'User: ARN is not authorized to perform: ACTION'"
