"""moto's CloudFormation, taught what our stacks need and AWS does; forgotten again by stop().

`aws cloudformation deploy` works by change sets. In moto one imports and exports nothing, and
without changes it is refused instead of failing. Nor does moto know Fn::Cidr, AWS::NoValue in a
list, or a mapping behind a short tag (`!ImportValue {"Fn::Sub": …}`).
"""

import ipaddress
from typing import Any
from unittest import mock

import yaml
from moto.cloudformation import models, parsing, responses, utils

from tests.servers.moto import Moto

_clean_json = parsing.clean_json
_tag_constructor = utils.yaml_tag_constructor
_execute_change_set = models.CloudFormationBackend.execute_change_set


def _clean(node: Any, resources: Any) -> Any:
    if isinstance(node, dict) and "Fn::Cidr" in node:
        block, count, bits = _clean_json(node["Fn::Cidr"], resources)
        blocks = ipaddress.ip_network(block).subnets(new_prefix=32 - int(bits))
        return [str(next(blocks)) for _ in range(int(count))]
    cleaned = _clean_json(node, resources)
    if isinstance(node, list):
        # AWS::NoValue in a list
        return [item for item in cleaned if item is not None]
    return cleaned


def _construct(loader: Any, tag: Any, node: Any) -> Any:
    made = _tag_constructor(loader, tag, node)
    if isinstance(node, yaml.MappingNode):
        return dict.fromkeys(made, loader.construct_mapping(node, deep=True))
    return made


def _execute(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    change_set = self.change_sets[change_set_name]
    stack = self.stacks[change_set.stack_id]
    stack.cross_stack_resources = stack.resource_map.cross_stack_resources = self.exports
    _execute_change_set(self, change_set_name, stack_name)
    stack._parse_template()
    conditions = stack.resource_map.lazy_condition_map
    outputs = stack.template_dict.get("Outputs", {})
    for name, output in list(outputs.items()):
        if "Condition" in output and not conditions[output["Condition"]]:
            del outputs[name]
    stack.output_map = stack._create_output_map()
    # Nothing, where it does not know the kind of resource.
    self.exports.update({export.name: export for export in stack.exports if export.value})


class MotoStacks(Moto):
    """An AWS of its own in this process, for stacks."""

    def start(self) -> None:
        self._taught = [
            mock.patch.object(parsing, "clean_json", _clean),
            mock.patch.object(models, "yaml_tag_constructor", _construct),
            mock.patch.object(responses, "yaml_tag_constructor", _construct),
            mock.patch.object(responses.CloudFormationResponse, "_validate_different_update"),
            mock.patch.object(models.CloudFormationBackend, "execute_change_set", _execute),
        ]
        for lesson in self._taught:
            lesson.start()
        super().start()

    def stop(self) -> None:
        super().stop()
        for lesson in self._taught:
            lesson.stop()
