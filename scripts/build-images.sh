#!/bin/sh
# Build the three images of a release on an arm64 machine and push them (.github/workflows/release.yml).
# REGISTRY: <account>.dkr.ecr.<region>.amazonaws.com/elearning-<environment>, signed in to; ENVIRONMENT; TAG;
# SOURCE: the address of the repository.
set -eu
cd "$(dirname "$0")/.."

# How many images bear that tag: 1 or 0. What is pushed is never replaced (tags are immutable).
count() {
    aws ecr batch-get-image --repository-name "elearning-$ENVIRONMENT/$1" --image-ids "imageTag=$2" \
        --query 'length(images)' --output text
}

# The same base under both images, and under its digest, so that the label says which it was.
name=python:3.13-slim-bookworm
base="$name@$(docker buildx imagetools inspect "$name" --format '{{.Manifest.Digest}}')"

# Its static files stay reachable for pages that are still open.
previous=""
running="$(aws ssm get-parameters --names "/elearning/$ENVIRONMENT/release" --query 'Parameters[0].Value' --output text)"
if [ "$running" != None ] && [ "$running" != "$TAG" ]; then
    known="$(count site "$running")"
    if [ "$known" = 1 ]; then previous="$REGISTRY/site:$running"; fi
fi
echo "On $base, after ${previous:-no release}"

curl -fsS --retry 3 -o deploy/image/rds.pem \
    https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem

build() {
    image="$1"
    shift
    there="$(count "$image" "$TAG")"
    if [ "$there" != 0 ]; then
        echo "$image:$TAG is there already."
        return
    fi
    # The docker engine's own builder: one platform, no attestations, which ECR's scan could not read.
    docker buildx build --load --tag "$REGISTRY/$image:$TAG" "$@"
    "try_$image"
    docker push "$REGISTRY/$image:$TAG"
}

# What only this processor, and only the day's packages, can tell.
try_site() {
    docker run --rm --read-only --tmpfs /tmp "$REGISTRY/site:$TAG" \
        sh -c 'test -s /app/rds.pem && python -c "import MySQLdb"'
}
try_worker() {
    docker run --rm --read-only --tmpfs /tmp "$REGISTRY/worker:$TAG" \
        sh -c 'test -s /app/rds.pem && python -c "import MySQLdb" && ffmpeg -hide_banner -version'
}
try_logs() {
    docker run --rm -e AWS_REGION="$AWS_REGION" -e LOG_BUCKET=none -e LOG_GROUP=/none --entrypoint sh \
        "$REGISTRY/logs:$TAG" \
        -c 'PATH="$PATH:/fluent-bit/bin" exec fluent-bit --dry-run -c /elearning/fluent-bit.conf'
}

for target in site worker; do
    build "$target" --target "$target" \
        --build-arg BASE="$base" --build-arg VERSION="$TAG" \
        --build-arg REVISION="$(git rev-parse HEAD)" --build-arg CREATED="$(git show -s --format=%cI HEAD)" \
        --build-arg SOURCE="$SOURCE" --build-arg SOURCE_DATE_EPOCH="$(git show -s --format=%ct HEAD)" \
        ${previous:+--build-arg PREVIOUS="$previous"} .
done
build logs deploy/logs
