# Stacks, services, releases. Changes nothing.
# shellcheck shell=sh
. steps/common.sh

enter
for name in $stacks; do
    state="$(state_of "$name")"
    [ -n "$DRY" ] || printf '%-16s %s\n' "$name" "${state:-— （まだない / not there yet）}"
done
[ -n "$DRY" ] || echo
if [ -n "$(state_of service)" ]; then
    # shellcheck disable=SC2046 # a list of words
    cli ecs describe-services --cluster "$cluster" --services $(services) \
        --query 'services[].{service:serviceName,running:runningCount,desired:desiredCount,rollout:deployments[0].rolloutState,task:taskDefinition}' \
        --output table --region "$region"
    copy="$(alb_to_copy)"
    if [ -n "$copy" ]; then
        say "next: deploy/$parameters に写し、edge を適用します / copy to deploy/$parameters, then apply the edge:"
        say "$copy"
        say "    make -C deploy apply $again STACK=edge"
    fi
fi
release="$(release_now)"
if [ -z "$release" ]; then
    say "まだリリースがありません。 / There is no release yet."
else
    say "リリース / release: $release"
    cli ssm get-parameter-history --name "$release_parameter" \
        --query 'Parameters[-5:].[LastModifiedDate,Value,LastModifiedUser]' \
        --output table --region "$region"
fi
