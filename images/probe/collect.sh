#!/bin/sh
# collect.sh ROOT: lays out the probe image's files below ROOT from the programs of this Debian system. The lists beside this
# script say what belongs in. Copies carry no file capabilities: with cap_net_raw ping would not start in a restricted pod.
set -eu
root=${1:?usage: collect.sh ROOT}
here=$(dirname "$0")

mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/usr/local/bin" "$root/etc" "$root/root" \
  "$root/run" "$root/proc" "$root/sys" "$root/dev" "$root/var/run" "$root/tmp"
chmod 1777 "$root/tmp"
for folder in bin sbin lib lib64; do ln -sfn "usr/$folder" "$root/$folder"; done
: >"$root/etc/passwd" && : >"$root/etc/group"
for user in root:0 cn2:1000 probe:65532 nobody:65534; do
  echo "${user%:*}:x:${user#*:}:${user#*:}::/tmp:/bin/sh" >>"$root/etc/passwd"
  echo "${user%:*}:x:${user#*:}:" >>"$root/etc/group"
done
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

grep -v '^#' "$here/programs.txt" | while read -r program _package; do
  path=
  for folder in /usr/sbin /usr/bin; do
    if [ -e "$folder/$program" ]; then path=$folder/$program; break; fi
  done
  [ -n "$path" ] || { echo "collect.sh: $program is not installed" >&2; exit 1; }
  install -m 0755 "$path" "$root/usr/bin/$program"
  # A static program has no libraries: ldd fails on it.
  { ldd "$path" 2>/dev/null || true; } | grep -o '/[^ ]* (0x' | sed 's/ (0x//' | while read -r library; do
    install -D -m 0755 "$library" "$root/usr/lib${library#*/lib}"
  done
done
ln -sf dash "$root/usr/bin/sh"
grep -v '^#' "$here/applets.txt" | while read -r applet; do ln -sf busybox "$root/usr/bin/$applet"; done
