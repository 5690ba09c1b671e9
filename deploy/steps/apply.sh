# Applies the stacks in their order. Stops at the first failure.
# shellcheck shell=sh
. steps/common.sh

names="$(chosen)"
agree
for name in $names; do
    case $name in
    task-*)
        # What a task runs is the release; before the first one there is nothing to run.
        release="${release:-$(release_now)}"
        if [ -z "$release" ]; then
            say "$name の前で止めました。まだリリースがありません。 / Stopped before $name: there is no release yet."
            say "next: 秘密を書き入れ、イメージを送り、リリースします。そのあとで、もう一度適用します" \
                "/ fill in the secret, push the images, release; then apply again"
            say "    $(output_of access OperatorSecretArn)"
            say "    make -C deploy release $again TAG=…"
            [ -z "$STACK" ] || exit 1
            exit 0
        fi ;;
    esac
    apply "$name" || exit 1
done
[ -z "$DRY" ] || exit 0

case $names in
*task-*)
    say "動いているタスクには、次のリリースで届きます： / Running tasks take a change with the next release:"
    say "    make -C deploy release $again TAG=$release" ;;
esac
if [ -n "$(state_of service)" ]; then
    copy="$(alb_to_copy)"
    if [ -n "$copy" ]; then
        say "next: deploy/$parameters に写し、edge を適用します / copy to deploy/$parameters, then apply the edge:"
        say "$copy"
        say "    make -C deploy apply $again STACK=edge"
        exit 0
    fi
fi
say "next: make -C deploy status $again"
