"""Stacks fit together: what one imports another exported before, and names are not too long."""

import json
import re

import pytest

from deploy.templates.resolving import ENVIRONMENTS, REGIONS, TOKYO, stacks_of, template_of
from tests.deploy.estate import Estate

IMPORT = re.compile(r'\{"Fn::ImportValue": "([^"]+)"\}')
# By type: the property that names it, and how many letters AWS takes.
NAMES = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name", 32),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Name", 32),
    "AWS::IAM::Role": ("RoleName", 64),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::RDS::DBCluster": ("DBClusterIdentifier", 63),
}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def estate(request):
    return Estate(request.param)


def test_every_import_was_exported_before_in_the_same_region(estate):
    exported: dict[str, set[str]] = {}
    imports = 0
    for stack in stacks_of(estate.environment):
        resolved, region = estate.stacks[stack], REGIONS.get(stack, TOKYO)
        there = exported.setdefault(region, set())
        written = json.dumps([resolved.resources, resolved.outputs])
        for name in IMPORT.findall(written):
            imports += 1
            assert name in there, f"{stack} wants {name}"
        for output in resolved.outputs.values():
            if "Export" in output:
                assert output["Export"]["Name"] not in there
                there.add(output["Export"]["Name"])
    assert imports > 50


def test_names_are_not_longer_than_aws_takes(estate):
    for kind, (key, most) in NAMES.items():
        names = [properties[key] for _, properties in estate.of(kind) if key in properties]
        assert names or kind == "AWS::IAM::Role"
        assert all(len(name) <= most for name in names), (kind, names)


def test_no_template_is_left_out():
    used = {template_of(stack) for name in ENVIRONMENTS for stack in stacks_of(name)}
    folder = template_of("network").parent

    assert {*folder.glob("*.yaml"), *folder.parent.glob("tasks/*.yaml")} == used
