// Constants for `sh -c`: what comes from data is `$1`, `$2` …, never part of the text. POSIX shell, with what coreutils and BusyBox both have.

/** `$1` file, `$2` mode or empty, `$3` bytes on stdin. Whole or not at all: fewer bytes than were said are a connection that broke. */
export const writeScript = `set -eu
f=$1
if [ -L "$f" ]; then f=$(readlink -f -- "$f"); fi
if [ -d "$f" ]; then echo 'cove: Is a directory' >&2; exit 1; fi
d=$(dirname -- "$f")
mkdir -p -- "$d"
t=$(mktemp "$d/.cove-XXXXXX")
trap 'rm -f -- "$t"' EXIT
trap 'exit 143' HUP INT TERM
if [ -e "$f" ]; then
  cp -p -- "$f" "$t"
  if command -v chcon >/dev/null 2>&1; then chcon --reference="$f" -- "$t" 2>/dev/null || :; fi
elif [ -z "$2" ]; then
  chmod 0644 "$t"
fi
# What only some may read is so from its first byte on.
if [ -n "$2" ]; then chmod 0600 "$t"; fi
cat > "$t"
if [ "$(wc -c < "$t")" -ne "$3" ]; then echo 'cove: cut short' >&2; exit 1; fi
if [ -n "$2" ]; then chmod "$2" "$t"; fi
sync "$t" 2>/dev/null || :
# A file that is a mount of its own (/etc/hosts of a container) can only be written in place.
mv -f -- "$t" "$f" 2>/dev/null || cat "$t" > "$f"`

/** Ends what has `$1` in its environment: TERM, after five seconds KILL. Looks once more when nothing is found, as it may just be starting. 1: something is still there. */
export const endScript = `n=0 none=0
while [ "$n" -lt 50 ]; do
  found=$(for e in $(grep -lszxF -- "$1" /proc/[0-9]*/environ); do p=\${e#/proc/}; echo "\${p%/environ}"; done)
  if [ -z "$found" ]; then
    none=$((none + 1))
    if [ "$none" -ge 2 ]; then exit 0; fi
  else
    none=0
    if [ "$n" -lt 25 ]; then kill -TERM $found 2>/dev/null; else kill -KILL $found 2>/dev/null; fi
  fi
  n=$((n + 1))
  sleep 0.2
done
exit 1`

/** What the target is, as `name=value` lines; the lines of os-release after `--`. */
export const lookScript = `echo "kernel=$(uname -s)"
echo "machine=$(uname -m)"
echo "bits=$(getconf LONG_BIT 2>/dev/null)"
echo "uid=$(id -u)"
echo "user=$(id -un)"
echo "product=$(sw_vers -productName 2>/dev/null) $(sw_vers -productVersion 2>/dev/null)"
if [ "$(id -u)" -ne 0 ] && sudo -n -- true </dev/null >/dev/null 2>&1; then echo 'sudo=yes'; fi
if command -v pkexec >/dev/null 2>&1; then echo 'pkexec=yes'; fi
echo '--'
cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :`
