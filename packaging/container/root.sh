#!/bin/sh
# Lays out everything that is in the container: the program, the libraries that it needs, a
# user, and a folder for its data. Nothing else: no shell, no package manager.
#
#   packaging/container/root.sh target/release/silhouette FOLDER
set -eu
program=$1 root=$2
[ ! -e "$root" ] || { echo "$root already exists; choose another folder" >&2; exit 1; }

mkdir -p "$root/etc/silhouette" "$root/data" "$root/tmp" "$root/proc" "$root/dev"
install -m 755 "$program" "$root/silhouette"
# The loader by its own path, and what it finds beside it.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp --dereference "$library" "$root$library"
done
echo 'silhouette:x:65532:65532::/data:/sbin/nologin' >"$root/etc/passwd"
echo 'silhouette:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
chmod 1777 "$root/tmp"
chmod 700 "$root/data"
chown -R 65532:65532 "$root/data"
