# Read by every step. The Makefile gives ENV, AWS, DRY, YES and what else the step takes.
# shellcheck shell=sh disable=SC2034,SC2153 # used by the steps; given by the Makefile
set -eu
# What an `ask` shows under DRY must not become its answer.
exec 3>&1
problem="$(mktemp)"
trap 'rm -f "$problem"' EXIT

# Both languages, one line: 日本語。 / English. Under DRY a comment among the commands.
say() { printf '%s\n' "${DRY:+# }$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

[ -n "$ENV" ] && [ -f "environments/$ENV/stacks" ] ||
    fail "ENV= に環境の名前を指定してください。 / ENV= takes one of: $(cd environments && echo *)"
parameters="environments/$ENV/parameters.json"
stacks="$(cat "environments/$ENV/stacks")"
region=ap-northeast-1
cluster="elearning-$ENV"
release_parameter="/elearning/$ENV/release"
again="ENV=$ENV"

quoted() {
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,@%+-]*)
            printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}

show() { printf '%s\n' "$*" >&3; }

# An AWS command; shown only under DRY.
cli() {
    if [ -n "$DRY" ]; then
        show "$AWS$(quoted "$@")"
    else
        # shellcheck disable=SC2086 # AWS may hold options: AWS="aws --profile juku"
        $AWS "$@"
    fi
}

# The answer of an AWS command as text, empty for none; under DRY "<$1>".
ask() {
    placeholder="$1"
    shift
    answer="$(cli "$@" --output text)" || return 1
    [ -z "$DRY" ] || answer="<$placeholder>"
    [ "$answer" = None ] || printf '%s\n' "$answer"
}

region_of() {
    case $1 in
    edge) echo us-east-1 ;;
    osaka | osaka-database) echo ap-northeast-3 ;;
    *) echo "$region" ;;
    esac
}

template_of() {
    case $1 in
    task-*) echo "tasks/${1#task-}.yaml" ;;
    *) echo "stacks/$1.yaml" ;;
    esac
}

# The stacks that STACK names, in the environment's order; all without it.
chosen() {
    for stack in $STACK; do
        printf '%s\n' "$stacks" | grep -qx -- "$stack" ||
            fail "$ENV にそのスタックはありません。 / $ENV has no such stack: $stack"
    done
    for stack in $stacks; do
        case " ${STACK:-$stack} " in *" $stack "*) printf '%s\n' "$stack" ;; esac
    done
}

# The task stacks of this environment, and its services, which are all of them but the one-off tasks.
task_stacks() { printf '%s\n' "$stacks" | grep '^task-'; }
services() { task_stacks | sed -n '/^task-command$/d; s/^task-//p'; }

parameter() { sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$parameters"; }

# As `ask`; empty, too, where the error says $1, for that is an answer. Any other error is one.
ask_whether() {
    no="$1"
    shift
    ask "$@" 2>"$problem" || grep -q "$no" "$problem" || {
        cat "$problem" >&2
        return 1
    }
}

# Empty when there is no such stack.
state_of() {
    ask_whether "does not exist" state cloudformation describe-stacks \
        --stack-name "elearning-$ENV-$1" --query 'Stacks[0].StackStatus' --region "$(region_of "$1")"
}

# What the stack $1 exports as $2.
output_of() {
    ask "$2" cloudformation describe-stacks --stack-name "elearning-$ENV-$1" \
        --query "Stacks[0].Outputs[?ExportName=='elearning-$ENV-$2'].OutputValue" \
        --region "$(region_of "$1")"
}

# The tag that stands in SSM; empty before the first release.
release_now() {
    ask_whether ParameterNotFound release ssm get-parameter --name "$release_parameter" \
        --query Parameter.Value --region "$region"
}

# In front of the pages, CloudFront is told which ALB; the operator copies that once.
# Prints what is to be copied, and nothing once it is.
alb_to_copy() {
    [ "$(parameter PageDelivery)" = cloudfront ] || return 0
    for name in AlbArn AlbDnsName; do
        value="$(output_of service $name)" || return 1
        [ -n "$DRY" ] || [ "$value" = "$(parameter $name)" ] || printf '    "%s": "%s"\n' "$name" "$value"
    done
}

# Which account it is.
enter() {
    account="$(ask account sts get-caller-identity --query Account --region "$region")" ||
        fail "AWS にサインインできていません。 / AWS does not let us in: aws sso login, AWS_PROFILE"
    say "$ENV：AWS アカウント $account / $ENV in the AWS account $account"
}

# For production, whether that is meant.
confirm() {
    case $ENV in production*) ;; *) return 0 ;; esac
    [ -z "$DRY" ] && [ "${CI:-}" != true ] && [ -z "$YES" ] || return 0
    printf '%s' "進めるには環境の名前を入力してください / Type the environment's name to go on: "
    read -r typed || typed=""
    [ "$typed" = "$ENV" ] || fail "何も行いませんでした。 / Nothing was done."
}

agree() {
    enter
    confirm
}

# Applies one stack, as $2… says. Prints what the CLI said; its failure is ours.
deploy() {
    stack="$1"
    shift
    cli cloudformation deploy --stack-name "elearning-$ENV-$stack" \
        --template-file "$(template_of "$stack")" --parameter-overrides "file://$parameters" \
        --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset \
        --tags Project=elearning "Environment=$ENV" --region "$(region_of "$stack")" "$@"
}

apply() {
    [ -n "$DRY" ] || say "$1：適用中… / $1: applying …"
    if said="$(deploy "$1" 2>&1)"; then
        [ -z "$DRY" ] || return 0
        case $said in
        *"No changes to deploy"*) say "$1：変更なし / $1: no changes" ;;
        *) say "$1：適用しました / $1: applied" ;;
        esac
        return 0
    fi
    printf '%s\n' "$said" >&2
    why_not "$1" >&2
    return 1
}

why_not() {
    cli cloudformation describe-stack-events --stack-name "elearning-$ENV-$1" --no-paginate \
        --query "StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceType,ResourceStatus,ResourceStatusReason]|[:10]" \
        --output table --region "$(region_of "$1")" 2>/dev/null || true
    say "$1：適用できませんでした。 / $1: could not be applied."
    failed="$(state_of "$1" || true)"
    case $failed in
    ROLLBACK_COMPLETE | ROLLBACK_FAILED)
        [ "$failed" = ROLLBACK_COMPLETE ] ||
            say "削除保護のある ALB かデータベースが残っていれば、先に保護を外します。" \
                "/ Take the deletion protection off first, where an ALB or a database has stayed."
        say "最初の適用に失敗したスタックは、消してからでないと適用できません：" \
            "/ A stack that failed at its first time must be deleted before it is applied again:"
        say "    aws cloudformation delete-stack --stack-name elearning-$ENV-$1 --region $(region_of "$1")" ;;
    esac
}
