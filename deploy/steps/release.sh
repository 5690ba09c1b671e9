# `release`: images there? → the tag into SSM → task definitions → migrate → services → smoke test,
# and back to the former release if the services are not well. `rollback`: the same without migrate,
# as tables stay (docs/releases.md).
# shellcheck shell=sh
. steps/common.sh

check_images() {
    for image in site worker logs; do
        found="$(ask digest ecr describe-images --repository-name "$cluster/$image" \
            --image-ids "imageTag=$1" --query 'imageDetails[0].imageDigest' --region "$region")" ||
            found=""
        [ -n "$found" ] || fail "イメージがありません。 / There is no image $cluster/$image:$1"
    done
}

# From here on the latest revision of each task definition is that of the tag $1. It is also what
# the nightly commands take, so a release that is not to be must be taken back here too.
point_at() {
    ask version ssm put-parameter --name "$release_parameter" --type String --overwrite \
        --value "$1" --query Version --region "$region" >/dev/null || return 1
    for stack in $(task_stacks); do
        apply "$stack" || return 1
    done
}

migrate() {
    say "migrate…"
    subnets="$(output_of network TaskSubnets)" || return 1
    group="$(output_of network TaskSecurityGroup)" || return 1
    public="$(output_of network AssignPublicIp)" || return 1
    if ! task="$(ask task ecs run-task --cluster "$cluster" --task-definition "$cluster-command" \
        --launch-type FARGATE --started-by release \
        --network-configuration "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$group],assignPublicIp=$public}" \
        --overrides '{"containerOverrides":[{"name":"command","command":["migrate"]}]}' \
        --query 'tasks[0].taskArn' --region "$region" 2>"$problem")" || [ -z "$task" ]; then
        cat "$problem" >&2
        say "migrate のタスクを始められません。 / No task for migrate could be started."
        return 1
    fi
    # The CLI waits for ten minutes at a time; an index on a large table takes longer.
    for _ in 1 2 3 4 5 6; do
        ! cli ecs wait tasks-stopped --cluster "$cluster" --tasks "$task" --region "$region" || break
    done
    code="$(ask 0 ecs describe-tasks --cluster "$cluster" --tasks "$task" \
        --query "tasks[0].containers[?name=='command']|[0].exitCode" --region "$region")" || return 1
    [ -z "$DRY" ] || return 0
    [ "$code" = 0 ] && return 0
    say "migrate が正常に終わりませんでした / migrate did not end well: exit status ${code:-none}"
    cli ecs describe-tasks --cluster "$cluster" --tasks "$task" \
        --query 'tasks[0].[lastStatus,stoppedReason]' --output text --region "$region"
    say "理由はここにあります / The reason is in:" \
        "aws logs tail /elearning/$ENV/errors --since 1h --region $region  (…/foreign, …/router)"
    return 1
}

# Each service to the latest revision of its family, and wait until that is what runs.
renew() {
    wanted=""
    for service in $(services); do
        say "$service：入れ替え中… / $service: being renewed …"
        revision="$(ask "$service revision" ecs update-service --cluster "$cluster" --service "$service" \
            --task-definition "$cluster-$service" --query service.taskDefinition --region "$region")" ||
            return 1
        wanted="$wanted$revision
"
    done
    # Ten minutes at a time; blue/green lets the former tasks stand for ten more.
    stable=""
    for _ in 1 2 3 4; do
        # shellcheck disable=SC2046 # a list of words
        if cli ecs wait services-stable --cluster "$cluster" --services $(services) --region "$region"; then
            stable=yes
            break
        fi
    done
    [ -n "$stable" ] || return 1
    # ECS goes back by itself when tasks keep failing, and is stable then, too.
    for service in $(services); do
        runs="$(ask "$service revision" ecs describe-services --cluster "$cluster" --services "$service" \
            --query "services[0].deployments[?status=='PRIMARY'].taskDefinition" --region "$region")" ||
            return 1
        printf '%s' "$wanted" | grep -qxF -- "$runs" || {
            say "$service：ECS が前の版に戻しました。 / $service: ECS went back to the former revision."
            return 1
        }
    done
}

smoke() {
    desired="$(ask 1 ecs describe-services --cluster "$cluster" --services web \
        --query 'services[0].desiredCount' --region "$region")" || return 1
    if [ "$desired" = 0 ]; then
        say "web は 0 台です（閉館中）。開館したら確かめてください。 / web is scaled to none (closed): look at it when it is open."
        return 0
    fi
    copy="$(alb_to_copy)" || return 1
    if [ -z "$DRY" ] && [ -n "$copy" ]; then
        say "まだ入口がありません。edge を適用したあとで確かめてください。 / There is no way in yet: look at it after the edge."
        return 0
    fi
    for page in /readyz /login/; do
        set -- -fsS -o /dev/null --max-time 20 --retry 5 --retry-delay 3 "https://$(parameter DomainName)$page"
        if [ -n "$DRY" ]; then
            show "$CURL$(quoted "$@")"
        else
            $CURL "$@" || return 1
        fi
    done
}

go_back() {
    if [ -z "$1" ] || [ "$1" = "$TAG" ]; then
        fail "戻る先がありません。直してから、もう一度リリースしてください。 / There is nothing to go back to; mend it and release again."
    fi
    say "$1 に戻します… / Going back to $1 …"
    if point_at "$1" && { [ "$2" = tasks ] || { renew && smoke; }; }; then
        fail "$1 に戻しました。 / Went back to $1."
    fi
    fail "戻しきれませんでした。状態を見てください。 / Could not go back entirely; see: make -C deploy status $again"
}

# What stood before the present release was first released. Counting back by one would,
# after a way back, lead forth again to what was left.
former() {
    ask history ssm get-parameter-history --name "$release_parameter" \
        --query 'Parameters[].Value' --region "$region" | tr '\t' '\n' |
        awk '{ all[NR] = $0 } END { for (n = 1; n < NR && all[n] != all[NR]; n++); if (n > 1) print all[n - 1] }'
}

case $1 in
release) [ -n "$TAG" ] || fail "TAG= にリリースのタグを指定してください。 / TAG= takes the release's tag." ;;
rollback) TAG="$TO" ;;
esac
case $TAG in *[!A-Za-z0-9._-]* | [.-]*) fail "タグに使えない文字があります。 / No tag of an image: $TAG" ;; esac
enter
if [ "$1" = rollback ]; then
    TAG="${TAG:-$(former)}"
    [ -z "$DRY" ] || TAG="${TO:-<former release>}"
    [ -n "$TAG" ] || fail "前のリリースがありません。TO= で指定してください。 / There is no former release; name one with TO="
    say "$TAG に戻します / back to $TAG"
fi
confirm
check_images "$TAG"
before="$(release_now)"
runs="$(state_of service)"
# Nothing came of its first time.
case $runs in REVIEW_IN_PROGRESS | ROLLBACK_COMPLETE | ROLLBACK_FAILED) runs="" ;; esac

point_at "$TAG" || go_back "$before" tasks
if [ "$1" = release ]; then
    migrate || go_back "$before" tasks
fi
if [ -z "$runs" ]; then
    say "next: サービスはまだありません。残りを適用します / there are no services yet; apply the rest: make -C deploy apply $again"
    exit 0
fi
if ! { renew && smoke; }; then
    go_back "$before" services
fi
say "$ENV は $TAG で動いています。 / $ENV runs $TAG."
