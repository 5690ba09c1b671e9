#!/bin/sh
# Build the images with buildah, run them with podman, and prove what docs/image.md says of them.
# Needs no daemon and no registry: where the base cannot be had, Debian's own Python stands in.
#   BASE_IMAGE=docker.io/library/python:3.13-slim-bookworm make image-test     takes the real one
set -eu
cd "$(dirname "$0")/.."
# Debian keeps runc where an ordinary user's PATH does not lead.
PATH="$PATH:/usr/sbin:/sbin"
for program in buildah podman runc mmdebstrap; do
    command -v "$program" >/dev/null || { echo "There is no $program." >&2; exit 1; }
done
base=python:3.13-slim-bookworm
folder="$(mktemp -d)"
store="--root $folder/storage --runroot $folder/run"
export IMAGE_PODMAN="podman $store --cgroup-manager cgroupfs --runtime runc"

clean_up() {
    $IMAGE_PODMAN rm --all --force --time 0 >/dev/null 2>&1 || true
    # A build that was broken off leaves its layers mounted.
    awk -v under="$folder/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r |
        while read -r place; do umount "$place" 2>/dev/null || true; done
    rm -rf -- "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$folder/policy.json"
build() {
    # shellcheck disable=SC2086 # lists of words
    buildah $store bud --layers --isolation chroot --network host --format docker \
        --signature-policy "$folder/policy.json" --pull-never $mounts "$@" \
        >"$folder/build.log" 2>&1 || { tail -40 "$folder/build.log" >&2; exit 1; }
}

# How this machine reaches package indexes, if that is in files: pip has to as well.
mounts=""
for file in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
    [ ! -e "$file" ] || mounts="$mounts -v $file:$file:ro"
done

if [ -n "${BASE_IMAGE:-}" ]; then
    buildah $store pull -q --signature-policy "$folder/policy.json" "$BASE_IMAGE" >/dev/null
    buildah $store tag "$BASE_IMAGE" "localhost/$base"
    which="$BASE_IMAGE"
else
    echo "Making a base of Debian's packages …"
    mkdir "$folder/base"
    mmdebstrap --quiet --variant=minbase \
        --include=python3,python3-venv,python3-pip,libpython3-dev,ca-certificates \
        bookworm "$folder/base/base.tar"
    printf 'FROM scratch\nADD base.tar /\nRUN ln -s /usr/bin/python3 /usr/local/bin/python\n' \
        >"$folder/base/Dockerfile"
    build -t "$base" "$folder/base"
    rm -r "$folder/base"
    which="Debian bookworm with its own Python, tagged as $base"
fi

revision="$(git rev-parse HEAD)"
created="$(git show -s --format=%cI HEAD)"
SOURCE_DATE_EPOCH="$(git show -s --format=%ct HEAD)"
of_release() {
    version="$1"
    shift
    build --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
        --build-arg "CREATED=$created" --build-arg SOURCE=https://git.example.jp/elearning \
        --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" "$@"
}

echo "Building the site …"
of_release 1 --target site -t localhost/elearning:1 .
echo "Building the worker …"
of_release 1 --target worker -t localhost/elearning-worker:1 .
echo "Building the site's next release …"
mkdir "$folder/next"
tar -cf - --exclude=./.git --exclude=./.venv --exclude=./var . | tar -xf - -C "$folder/next"
for sheet in "$folder"/next/elearning/static/elearning/css/*.css; do
    echo '/* the next release */' >>"$sheet"
done
of_release 2 --target site --build-arg PREVIOUS=localhost/elearning:1 \
    -t localhost/elearning:2 "$folder/next"

export IMAGE_SITE=localhost/elearning:1 IMAGE_WORKER=localhost/elearning-worker:1
export IMAGE_NEXT=localhost/elearning:2
status=0
.venv/bin/python -m pytest -q -p no:cacheprovider tests/image "$@" || status=$?

python="$($IMAGE_PODMAN run --rm --network host --no-healthcheck \
    --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "$IMAGE_SITE" python --version)"
for image in "localhost/$base" "$IMAGE_SITE" "$IMAGE_WORKER"; do
    size="$($IMAGE_PODMAN image inspect --format '{{.Size}}' "$image")"
    echo "size: $image $((size / 1000000)) MB"
done
echo "base: $which; $python"
exit "$status"
