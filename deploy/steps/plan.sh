# What `apply` would change. Makes change sets, shows them, and takes them away again.
# shellcheck shell=sh
. steps/common.sh

# A stack that the change set alone brought about goes with it.
forget() {
    if [ -n "$1" ]; then
        # What cannot be planned, or would change nothing, leaves a failed one behind.
        for set in $2 $(ask "" cloudformation list-change-sets --stack-name "elearning-$ENV-$stack" \
            --query "Summaries[?Status=='FAILED'&&starts_with(ChangeSetName,'awscli-')].ChangeSetId" \
            --region "$(region_of "$stack")"); do
            cli cloudformation delete-change-set --change-set-name "$set" \
                --region "$(region_of "$stack")"
        done
    elif [ "$(state_of "$stack")" = REVIEW_IN_PROGRESS ]; then
        cli cloudformation delete-stack --stack-name "elearning-$ENV-$stack" \
            --region "$(region_of "$stack")"
    fi
}

plan() {
    stack="$1"
    before="$(state_of "$stack")" || return 1
    if ! said="$(deploy "$stack" --no-execute-changeset 2>&1)"; then
        case $said in
        *"No export named"*)
            say "$stack：まだ適用していないスタックの値が要るので、今は見られません。" \
                "/ $stack: takes values from a stack that is not applied yet; cannot be planned now." ;;
        *"$release_parameter"*)
            say "$stack：まだリリースがありません。先に make -C deploy release $again TAG=…" \
                "/ $stack: there is no release yet; make -C deploy release $again TAG=… comes first." ;;
        *) say "$said" ;;
        esac
        forget "$before" ""
        return 1
    fi
    case $said in
    *"No changes to deploy"*)
        say "$stack：変更なし / $stack: no changes"
        forget "$before" ""
        return 0 ;;
    esac
    set="$(printf '%s\n' "$said" | sed -n 's/.*--change-set-name \(arn:[^ ]*\).*/\1/p')"
    [ -z "$DRY" ] || set="<change set>"
    [ -n "$DRY" ] || say "$stack：操作・資源・種類・作り直すか / $stack: action, resource, type, replaced?"
    cli cloudformation describe-change-set --change-set-name "$set" \
        --query 'Changes[].ResourceChange.[Action,LogicalResourceId,ResourceType,Replacement]' \
        --output table --region "$(region_of "$stack")"
    if [ -n "$DRY" ]; then
        cli cloudformation delete-change-set --change-set-name "$set" --region "$(region_of "$stack")"
    else
        forget "$before" "$set"
    fi
}

names="$(chosen)"
enter
unseen=""
for name in $names; do
    # Without `||`, whose left side would go on after a failure.
    set +e
    (
        set -e
        plan "$name"
    )
    # shellcheck disable=SC2181
    [ $? = 0 ] || unseen="$unseen $name"
    set -e
done
[ -z "$unseen" ] || fail "見られませんでした / not planned:$unseen"
say "next: make -C deploy apply $again${STACK:+ STACK=\"$STACK\"}"
