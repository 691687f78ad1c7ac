"""From where on the internet strangers ask, so that a statement which reads addresses is open to it (FI62, S13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import islice

from iamtui.policy.conditions import ConditionTest
from iamtui.policy.statement import Statement
from iamtui.policy.values import read_network

_Network = IPv4Network | IPv6Network
_BROAD = {4: 8, 6: 32}
"""The shortest prefix of a range that still means somebody (S13)."""
_SOMEWHERE = (*(f"{first}.8.7.6" for first in range(11, 224, 4)), "2a00:1450::6")
_MOST = 4


def addresses_let_in(statement: Statement) -> Iterator[str]:
    """Addresses in each range that is too broad to mean somebody; of tests that except some, outside of these."""
    for test in statement.conditions:
        if test.folded_key == "aws:sourceip" and test.operator is not None:
            yield from islice(_outside(test), _MOST) if test.operator.negated else _in_broad_ones(test)


def _in_broad_ones(test: ConditionTest) -> Iterator[str]:
    for network in _networks(test):
        if network.prefixlen < _BROAD[network.version]:
            own = str(network.network_address + 0x080706)
            yield from islice((one for one in (*_SOMEWHERE, own) if _is_in(one, (network,))), _MOST)


def _outside(test: ConditionTest) -> Iterator[str]:
    networks = _networks(test)
    return (one for one in _SOMEWHERE if not _is_in(one, networks))


def _is_in(address: str, networks: Sequence[_Network]) -> bool:
    asked = ip_address(address)
    return asked.is_global and any(asked.version == one.version and asked in one for one in networks)


def _networks(test: ConditionTest) -> tuple[_Network, ...]:
    return tuple(found for value in test.values if (found := read_network(value.text)) is not None)
