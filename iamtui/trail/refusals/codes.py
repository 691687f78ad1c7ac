"""Error codes that say that AWS refused a call, and those that are about credentials alone (N1, N5).

The codes are those of real records and of the services' API references, as of 2026-11; none of them is a policy's.
"""

from __future__ import annotations

_DENIALS = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "UnauthorizedException",
        "UnauthorizedAccess",
        "NotAuthorized",
        "AuthorizationError",
        "VpceAccessDenied",
    )
)
_ABOUT_CREDENTIALS = frozenset(
    (
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)

VPCE_ACCESS_DENIED = "VpceAccessDenied"


def denial_codes() -> tuple[str, ...]:
    """The codes of refusals by their names; those that begin with `Forbidden` are more."""
    return tuple(sorted(_DENIALS))


def is_denial(code: str) -> bool:
    """Whether an `errorCode` says that the call was not authorized, also after `Client.` (N1)."""
    code = code.removeprefix("Client.")
    return code in _DENIALS or code.startswith("Forbidden")


def is_about_credentials(code: str) -> bool:
    """Whether an error says that the caller is not who it claims to be: no policy was asked."""
    return code.removeprefix("Client.") in _ABOUT_CREDENTIALS
