#!/bin/sh
# Write what compose.yaml needs and no repository holds: .env with fresh secrets, and a
# certificate of our own under var/compose/. What is there already stays.
set -eu
cd "$(dirname "$0")/.."
umask 077
if [ -e .env ]; then
    echo ".env is there already; it stays as it is."
else
    while IFS= read -r line; do
        case "$line" in
            \#*) ;;
            *=) echo "$line$(openssl rand -hex 32)" ;;
            *) echo "$line" ;;
        esac
    done <.env.example >.env.new
    mv .env.new .env
    echo "Written: .env"
fi

site="$(sed -n 's/^SITE_HOST=//p' .env)"
files="$(sed -n 's/^FILES_HOST=//p' .env)"
tls=var/compose
if [ -e "$tls/door.pem" ]; then
    echo "$tls/door.pem is there already; it stays as it is."
else
    mkdir -p "$tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj "/CN=$site" \
        -addext "subjectAltName=DNS:$site,DNS:$files" \
        -keyout "$tls/key.pem" -out "$tls/authority.pem" 2>/dev/null
    cat "$tls/authority.pem" "$tls/key.pem" >"$tls/door.pem"
    rm "$tls/key.pem"
    # The site's account reads it; it is public.
    chmod 755 "$tls"
    chmod 644 "$tls/authority.pem"
    echo "Written: $tls/door.pem, signed by itself, for $site and $files"
fi
