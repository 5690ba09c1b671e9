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
            say "$name の前で止めた。まだリリースがない。 / Stopped before $name: there is no release yet."
            say "next: 秘密を書き入れ、イメージを送り、リリースする。その後もう一度 make apply" \
                "/ fill in the secret, push the images, release; then make apply again"
            say "    $(output_of access OperatorSecretArn)"
            say "    make release $again TAG=…"
            [ -z "$STACK" ] || exit 1
            exit 0
        fi ;;
    esac
    apply "$name" || exit 1
done
[ -z "$DRY" ] || exit 0

case $names in
*task-*)
    say "動いているタスクが変更を受け取るのは次のリリースから: / Running tasks take a change with the next release:"
    say "    make release $again TAG=$release" ;;
esac
if [ -n "$(state_of service)" ]; then
    copy="$(alb_to_copy)"
    if [ -n "$copy" ]; then
        say "next: $parameters に写し、edge を適用 / copy to $parameters, then apply the edge:"
        say "$copy"
        say "    make apply $again STACK=edge"
        exit 0
    fi
fi
say "next: make status $again"
