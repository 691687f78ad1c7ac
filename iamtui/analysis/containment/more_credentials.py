"""Credentials of a user that no export of users shows: for services, SSH and signing, as events tell of them (Z2)."""

from __future__ import annotations

from iamtui.analysis.containment.case import Case
from iamtui.analysis.containment.commands import iam_line, other
from iamtui.analysis.containment.results import Remedy
from iamtui.trail.records import members_at, text_at
from iamtui.trail.times import milliseconds

_KINDS = (
    ("ServiceSpecificCredential", "serviceSpecificCredential", "serviceSpecificCredentialId"),
    ("SSHPublicKey", "sSHPublicKey", "sSHPublicKeyId"),
    ("SigningCertificate", "certificate", "certificateId"),
)
_COMMANDS = {
    "ServiceSpecificCredential": ("delete-service-specific-credential", "--service-specific-credential-id"),
    "SSHPublicKey": ("delete-ssh-public-key", "--ssh-public-key-id"),
    "SigningCertificate": ("delete-signing-certificate", "--certificate-id"),
}


def more_credentials(case: Case) -> dict[str, Remedy]:
    """Those that events made for the subject and none took away, each in words with what deletes it."""
    trail = case.trail
    found: dict[str, tuple[str, Remedy]] = {}
    for row in trail.order if trail is not None else ():
        if trail is None or trail.columns.times[row] > milliseconds(case.at):
            break
        name = trail.columns.call(row).name
        kind = next((kind for kind in _KINDS if name.endswith(kind[0])), None)
        if kind is None or trail.columns.error(row) is not None:
            continue
        record = trail.record(row)
        parameters = members_at(record, "requestParameters")
        made = members_at(record, "responseElements", kind[1])
        user = text_at(parameters, "userName") or text_at(made, "userName") or trail.columns.caller(row).name
        credential = text_at(made, kind[2]) or text_at(parameters, kind[2])
        if user != case.subject.name or credential is None:
            continue
        is_gone = name.startswith("Delete") or text_at(parameters, "status") == "Inactive"
        found.pop(credential, None)
        if not is_gone:
            call, option = _COMMANDS[kind[0]]
            line = other(iam_line(call, "--user-name", user, option, credential))
            found[credential] = (f"{kind[0]} {credential}", line)
    return dict(found.values())
