# A shell in a running task, through SSM; wants the session-manager-plugin. ECS logs that it was opened.
# shellcheck shell=sh disable=SC2153
. steps/common.sh

agree
task="$(ask task ecs list-tasks --cluster "$cluster" --service-name "$TASK" --desired-status RUNNING \
    --query 'taskArns[0]' --region "$region")"
[ -n "$task" ] || fail "$TASK は動いていません。 / No task of $TASK is running."
cli ecs execute-command --cluster "$cluster" --task "$task" --container "$TASK" \
    --interactive --command "$COMMAND" --region "$region"
