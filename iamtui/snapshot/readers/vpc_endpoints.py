"""`ec2 describe-vpc-endpoints` (I39)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import Source
from iamtui.snapshot.facts import EndpointFact, Fact
from iamtui.snapshot.model import VpcEndpoint
from iamtui.snapshot.readers.listings import listed
from iamtui.snapshot.readers.reader import Intake, Reader, items_of


class _Endpoint(msgspec.Struct, rename="pascal"):
    vpc_endpoint_id: str
    vpc_id: str | None = None
    service_name: str | None = None
    vpc_endpoint_type: str | None = None
    owner_id: str | None = None
    policy_document: msgspec.Raw = msgspec.Raw(b"null")


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    places: list[str] = []
    for place, item in items_of(source.members["VpcEndpoints"], _Endpoint, "/VpcEndpoints", intake):
        endpoint = VpcEndpoint(
            endpoint_id=item.vpc_endpoint_id,
            vpc_id=item.vpc_id,
            service_name=item.service_name or "",
            endpoint_type=item.vpc_endpoint_type or "Gateway",
            owner=item.owner_id,
            policy=intake.document(item.policy_document, place, "/PolicyDocument"),
        )
        yield EndpointFact(endpoint)
        places.append(f"arn:aws:ec2:{endpoint.region}:{endpoint.owner or ''}:vpc-endpoint/{endpoint.endpoint_id}")
    yield from listed("ec2:vpc-endpoint", source, places)


READER = Reader("vpc-endpoints", lambda source: "VpcEndpoints" in source.keys, _read)
