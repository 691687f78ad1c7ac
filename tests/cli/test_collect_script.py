from __future__ import annotations

from iamtui.collecting.calls import RESOURCES, chosen_parts
from iamtui.collecting.permissions import needed_policy
from iamtui.collecting.script import script
from tests.cli.conftest import Iamtui, Ran


def test_the_script_is_printed(iamtui: Iamtui) -> None:
    everything = chosen_parts(organization=True, resources=RESOURCES)
    assert iamtui("collect-script", "--org", "--resources", "all") == Ran(0, script(everything), "")


def test_the_policy_that_it_needs_is_printed(iamtui: Iamtui) -> None:
    parts = chosen_parts(organization=False, resources=("s3", "kms"))
    assert iamtui("collect-script", "--resources", "S3, kms", "--policy") == Ran(0, needed_policy(parts), "")


def test_an_unknown_kind_is_named(iamtui: Iamtui) -> None:
    ran = iamtui("collect-script", "--resources", "s3,ebs")
    assert (ran.status, ran.out) == (2, "")
    assert "--resources ebs: expected s3, kms, sqs" in ran.err
