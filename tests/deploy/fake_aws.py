"""An `aws`, and a `curl`, that know one small account: $FAKE_AWS is its state as JSON.

Answers have the API's shapes, and --query and --output text are done as the CLI does them. It
notes every command. Run by the tests under the name `aws` or `curl`; needs jmespath alone.
"""

import json
import os
import sys
from pathlib import Path

import jmespath

REGIONS = "ap-northeast-1:000000000000"


class Refused(Exception):
    pass


def revision_arn(family, number):
    return f"arn:aws:ecs:{REGIONS}:task-definition/{family}:{number}"


def describe_stacks(state, options):
    name = options["stack-name"]
    if name not in state["stacks"]:
        raise Refused(f"(ValidationError): Stack with id {name} does not exist")
    outputs = [
        {"OutputKey": key, "OutputValue": value, "ExportName": key}
        for key, value in state["outputs"].items()
    ]
    return {
        "Stacks": [{"StackName": name, "StackStatus": state["stacks"][name], "Outputs": outputs}]
    }


def deploy(state, options):
    name = options["stack-name"]
    if name in state["unplannable"]:
        raise Refused(f"Failed to create the changeset: {state['unplannable'][name]}")
    if "no-execute-changeset" in options:
        state["stacks"].setdefault(name, "REVIEW_IN_PROGRESS")
        return (
            "Changeset created successfully. Run the following command to review changes:\n"
            f"aws cloudformation describe-change-set --change-set-name arn:aws:change-of-{name}"
        )
    if name in state["broken"]:
        state["stacks"].setdefault(name, "ROLLBACK_COMPLETE")
        raise Refused("Failed to create/update the stack. Run describe-stack-events")
    state["stacks"][name] = "CREATE_COMPLETE"
    if "-task-" in name:
        family = name.replace("-task-", "-")
        state["revisions"].setdefault(family, []).append(state["releases"][-1])
    return f"Successfully created/updated stack - {name}"


def describe_stack_events(state, options):
    return {
        "StackEvents": [
            {
                "LogicalResourceId": "Vpc",
                "ResourceType": "AWS::EC2::VPC",
                "ResourceStatus": "CREATE_FAILED",
                "ResourceStatusReason": "The maximum number of VPCs has been reached.",
            },
            {"LogicalResourceId": "Fine", "ResourceStatus": "CREATE_COMPLETE"},
        ]
    }


def get_parameter(state, options):
    if state["releases"] is None:
        raise Refused("(AccessDeniedException) when calling the GetParameter operation")
    if not state["releases"]:
        raise Refused("(ParameterNotFound) when calling the GetParameter operation")
    return {"Parameter": {"Value": state["releases"][-1]}}


def put_parameter(state, options):
    state["releases"].append(options["value"])
    return {"Version": len(state["releases"])}


def get_parameter_history(state, options):
    return {"Parameters": [{"Value": value} for value in state["releases"]]}


def describe_images(state, options):
    image = options["repository-name"].rsplit("/", 1)[1]
    tag = options["image-ids"].removeprefix("imageTag=")
    if [image, tag] in state["missing_images"]:
        raise Refused("(ImageNotFoundException)")
    return {"imageDetails": [{"imageDigest": "sha256:0"}]}


def run_task(state, options):
    if not state["cluster"]:
        raise Refused("(ClusterNotFoundException): Cluster not found.")
    return {"tasks": [{"taskArn": f"arn:aws:ecs:{REGIONS}:task/1"}]}


def describe_tasks(state, options):
    containers = [
        {"name": "router", "exitCode": 0},
        {"name": "command", "exitCode": state["migrate"]},
    ]
    return {"tasks": [{"lastStatus": "STOPPED", "containers": containers}]}


def update_service(state, options):
    family = options["task-definition"]
    revisions = state["revisions"][family]
    # ECS itself goes back from a release whose tasks do not stay.
    if revisions[-1] not in state["falling"]:
        state["services"][options["service"]] = revisions[-1]
        state["running"][options["service"]] = len(revisions)
    return {"service": {"taskDefinition": revision_arn(family, len(revisions))}}


def describe_services(state, options):
    cluster = options["cluster"]
    return {
        "services": [
            {
                "serviceName": name,
                "desiredCount": state["desired"],
                "deployments": [
                    {
                        "status": "PRIMARY",
                        "taskDefinition": revision_arn(
                            f"{cluster}-{name}", state["running"].get(name, 0)
                        ),
                    }
                ],
            }
            for name in options["services"].split()
        ]
    }


ANSWERS = {
    "describe-stacks": describe_stacks,
    "deploy": deploy,
    "describe-stack-events": describe_stack_events,
    "get-parameter": get_parameter,
    "put-parameter": put_parameter,
    "get-parameter-history": get_parameter_history,
    "describe-images": describe_images,
    "run-task": run_task,
    "describe-tasks": describe_tasks,
    "update-service": update_service,
    "describe-services": describe_services,
    "get-caller-identity": lambda state, options: {"Account": "000000000000"},
    "list-change-sets": lambda state, options: {"Summaries": []},
    "describe-change-set": lambda state, options: {"Changes": []},
    "delete-change-set": lambda state, options: {},
    "delete-stack": lambda state, options: state["stacks"].pop(options["stack-name"]) and {},
    "wait": lambda state, options: {},
}


def parsed(words):
    options, name = {}, None
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            options[name] = ""
        elif name:
            options[name] = f"{options[name]} {word}".strip()
    return options


def as_text(value):
    """As --output text: lists on a line, between tabs; None is a word."""
    if isinstance(value, list):
        if value and all(isinstance(item, list) for item in value):
            return "\n".join(as_text(item) for item in value)
        return "\t".join(map(str, value))
    return str(value)


def aws(state, words):
    options = parsed(words)
    answer = ANSWERS[words[1]](state, options)
    if "query" in options:
        answer = jmespath.search(options["query"], answer)
    return answer if isinstance(answer, str) else as_text(answer)


def curl(state, words):
    if state["services"].get("web") in state["ill"]:
        raise Refused("curl: (22) The requested URL returned error: 503")
    return ""


def main():
    path = Path(os.environ["FAKE_AWS"])
    state = json.loads(path.read_text())
    name, words = Path(sys.argv[1]).name, sys.argv[2:]
    state["calls"].append([name, *words])
    try:
        print({"aws": aws, "curl": curl}[name](state, words))  # noqa: T201
    except Refused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 254
    finally:
        path.write_text(json.dumps(state))
    return 0


if __name__ == "__main__":
    sys.exit(main())
