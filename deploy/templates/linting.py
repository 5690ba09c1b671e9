"""cfn-lint over every stack with each environment's parameters: python -m deploy.templates.linting

Prints what it finds, a line each; exit status 1 if there is anything.
"""

import sys
from collections.abc import Iterator

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.context.parameters import ParameterSet

from deploy.templates.resolving import (
    ENVIRONMENTS,
    REGIONS,
    TOKYO,
    finished_parameters_of,
    load,
    stacks_of,
    template_of,
)


def findings(environment: str) -> Iterator[str]:
    """One sentence for each error and warning in the environment's stacks."""
    values = finished_parameters_of(environment)
    # It reads the name of an SSM parameter as the value itself.
    values["Release"] = "v1"
    for stack in stacks_of(environment):
        path = template_of(stack)
        declared = load(path).get("Parameters", {})
        parameters = ParameterSet(parameters={name: values[name] for name in declared})
        arguments = ManualArgs(regions=[REGIONS.get(stack, TOKYO)], parameters=[parameters])
        for match in lint(path.read_text(), config=arguments):
            yield f"{environment}, {path.name}:{match.linenumber}: {match}"


if __name__ == "__main__":
    found = [each for environment in ENVIRONMENTS for each in findings(environment)]
    sys.stdout.writelines(f"{each}\n" for each in found)
    sys.exit(1 if found else 0)
