/**
 * What runs in the node. `script` of util-linux, which every Debian and so every node of kind has, gives the shell a terminal in the node: docker's own (`--tty`) needs one on
 * this side, which only a native module could make. Constant; sizes come as COVE_ROWS and COVE_COLS, whole numbers.
 * https://man7.org/linux/man-pages/man1/script.1.html
 */
export const openScript = `command -v script >/dev/null 2>&1 || { echo 'cove: no script' >&2; exit 126; }
cd 2>/dev/null
SHELL=/bin/sh exec script -qefc 'stty rows "$COVE_ROWS" cols "$COVE_COLS" 2>/dev/null
COVE_TTY=$(tty); export COVE_TTY; unset COVE_ROWS COVE_COLS SHELL
if command -v bash >/dev/null 2>&1; then exec bash -l; else exec sh -l; fi' /dev/null`

/** What `openScript` says where the node lacks a program. */
export const scriptAbsent = /^cove: no (\w+)$/m

/** Tells the terminal of the shell with the mark $1 that it has $2 rows and $3 columns now; the kernel tells whoever runs in it. What was started in the shell knows the terminal from COVE_TTY, `script` itself does not. */
export const resizeScript = `for e in $(grep -lszxF -- "$1" /proc/[0-9]*/environ); do
  t=$(tr '\\0' '\\n' <"$e" 2>/dev/null | sed -n 's/^COVE_TTY=//p' | head -n 1)
  case $t in /dev/*) exec stty -F "$t" rows "$2" cols "$3" ;; esac
done; true`
