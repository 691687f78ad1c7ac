"""The script that fetches AWS's own account of denials by their authorization ids, with the policies (AT27)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

_ID = re.compile(r"[0-9a-z]{1,256}", re.IGNORECASE)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACTIONS = ("iam:GetRequestAuthorizationDetails", "iam:GetRequestAuthorizationPolicy")
"""The permissions that the script needs."""

_SCRIPT = """\
#!/bin/sh
# Fetches AWS's own account of denied calls, with the policies as they stood: calls that only read.
# Each denial becomes a folder of its own; `iamtui why-denied --file FOLDER` opens it. They are evidence about people.
set -eu
umask 077
folder=${1:-denials}

fetch() {
  mkdir -p "$folder/$1"
  aws iam-toolbox get-request-authorization-details --authorization-id "$1" --output json \\
    >"$folder/$1/details.json"
  aws iam-toolbox get-request-authorization-details --authorization-id "$1" --output text \\
    --query 'policies[].[uri]' >"$folder/$1/uris"
  number=0
  while IFS= read -r uri; do
    [ -n "$uri" ] || continue
    number=$((number + 1))
    printf '%s' "$uri" >"$folder/$1/policy-$number.uri"
    aws iam-toolbox get-request-authorization-policy --authorization-id "$1" --policy-uri "$uri" --output json \\
      >"$folder/$1/policy-$number.json" || echo "$1: the policy $uri was not fetched" >&2
  done <"$folder/$1/uris"
  rm -f "$folder/$1/uris"
}

"""


class NotAnIdError(ValueError):
    """An authorization id or a Region that AWS does not give; the message says what was expected."""


def denial_script(ids: Sequence[str], region: str | None = None) -> str:
    """A POSIX shell script that fetches the accounts of denials into a folder for each.

    Args:
        ids: authorization ids, as the error messages state them.
        region: where the denials happened; the AWS CLI's own Region if left out.

    Raises:
        NotAnIdError: an id or the Region is none.
    """
    for one in ids:
        if not _ID.fullmatch(one):
            raise NotAnIdError(f"{one}: expected an authorization id, letters and digits")
    if region is not None and not _REGION.fullmatch(region):
        raise NotAnIdError(f"{region}: expected a Region such as eu-west-1")
    setting = "" if region is None else f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n"
    return _SCRIPT + setting + "".join(f"fetch {shlex.quote(one)}\n" for one in dict.fromkeys(ids))
