"""What a template is in an environment, without asking AWS."""

import pytest

from deploy.templates.resolving import (
    ENVIRONMENTS,
    REGIONS,
    TOKYO,
    finished_parameters_of,
    load,
    resolve,
    stacks_of,
    template_of,
)

WRITTEN = """
Parameters:
  Environment: {Type: String}
  Cidr: {Type: String}
Mappings:
  Sizes:
    large: {Tasks: 6}
    small: {Tasks: 1}
Conditions:
  Large: !Equals [!Ref Environment, large]
  Small: !Not [!Condition Large]
Resources:
  Always:
    Type: T
    Properties:
      Name: !Sub "juku-${Environment}-${AWS::Region}"
      Tasks: !FindInMap [Sizes, !Ref Environment, Tasks]
      Extra: !If [Large, yes-please, !Ref AWS::NoValue]
      List: [a, !If [Small, b, !Ref AWS::NoValue]]
      Block: !Select [1, !Cidr [!Ref Cidr, 3, 8]]
      Joined: !Join [",", [!Ref Cidr, x]]
      Other: !GetAtt OnlyLarge.Arn
      Sub: !Sub ["${Bucket}/*", {Bucket: !ImportValue other}]
      Kept: !Sub "${!Literal} ${OnlyLarge}"
  OnlyLarge:
    Type: U
    Condition: Large
Outputs:
  Said: {Condition: Small, Value: !Ref Always}
"""


def resolved(tmp_path, environment):
    path = tmp_path / "template.yaml"
    path.write_text(WRITTEN)
    return resolve(load(path), {"Environment": environment, "Cidr": "10.0.0.0/16", "More": "x"})


def test_values_and_conditions_are_those_of_the_environment(tmp_path):
    small = resolved(tmp_path, "small")

    assert list(small.resources) == ["Always"]
    assert list(small.outputs) == ["Said"]
    properties = small.resources["Always"]["Properties"]
    assert properties["Name"] == f"juku-small-{TOKYO}"
    assert properties["Tasks"] == 1
    assert "Extra" not in properties
    assert properties["List"] == ["a", "b"]
    assert properties["Block"] == "10.0.1.0/24"
    assert properties["Joined"] == "10.0.0.0/16,x"

    large = resolved(tmp_path, "large")
    assert list(large.resources) == ["Always", "OnlyLarge"]
    assert large.resources["Always"]["Properties"]["Extra"] == "yes-please"
    assert large.resources["Always"]["Properties"]["List"] == ["a"]
    assert large.outputs == {}


def test_what_only_aws_knows_stays_as_it_is_written(tmp_path):
    properties = resolved(tmp_path, "small").resources["Always"]["Properties"]

    assert properties["Other"] == {"Fn::GetAtt": ["OnlyLarge", "Arn"]}
    assert properties["Sub"] == {
        "Fn::Sub": ["${Bucket}/*", {"Bucket": {"Fn::ImportValue": "other"}}]
    }
    assert properties["Kept"] == {"Fn::Sub": "${Literal} ${OnlyLarge}"}


def test_a_parameter_that_is_missing_is_an_error(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(WRITTEN)

    with pytest.raises(KeyError, match="Cidr"):
        resolve(load(path), {"Environment": "small"})


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_stack_of_every_environment_resolves(environment):
    parameters = finished_parameters_of(environment)
    for stack in stacks_of(environment):
        region = REGIONS.get(stack, TOKYO)
        assert resolve(load(template_of(stack)), parameters, region).resources
