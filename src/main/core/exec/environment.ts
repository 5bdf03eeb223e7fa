import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import path from 'node:path'

export type Variables = Readonly<Record<string, string | undefined>>

/** Plain, English, colourless: minikube translates even its JSON by locale, test runners hand FORCE_COLOR on. */
const FORCED = { NO_COLOR: '1', TERM: 'dumb', LC_ALL: 'C', LANG: 'C', MINIKUBE_IN_STYLE: 'false' }
const REMOVED = /^(?:ELECTRON_.*|FORCE_COLOR|CLICOLOR_FORCE|NODE_OPTIONS|LANGUAGE)$/
/** What a shell sets for itself says nothing to tools. */
const SHELL_OWN = /^(?:_|SHLVL|PWD|OLDPWD|PS\d|PROMPT.*|TERM.*|COLUMNS|LINES|SHELL_SESSION.*|HISTFILE|DISABLE_AUTO_UPDATE|ZSH_TMUX_.*)$/

/** Time a login shell may take to say its environment. */
export const LOGIN_SHELL_LIMIT_MS = 3_000

/** The environment tools get: the process's own, completed by what only the login shell has; both PATHs, the process's first. */
export function toolEnvironment(own: Variables, login: Variables, homeDir: string): Record<string, string> {
  const merged: Record<string, string> = {}
  for (const [name, value] of Object.entries(login)) if (value !== undefined && !SHELL_OWN.test(name)) merged[name] = value
  for (const [name, value] of Object.entries(own)) if (value !== undefined) merged[name] = value
  for (const name of Object.keys(merged)) if (REMOVED.test(name)) delete merged[name]
  if (process.platform !== 'win32') {
    merged['PATH'] = mergePaths(own['PATH'], login['PATH'])
    merged['HOME'] ??= homeDir
  }
  return { ...merged, ...FORCED }
}

export type ShellRun = (spec: { file: string; args: string[]; env: Record<string, string>; timeoutMs: number }) => Promise<string>

/**
 * Asks the login shell, interactive so that it reads the file people put their PATH in (.zshrc, .bashrc).
 * An app started from a dock or a desktop file has none of it. Empty when the shell hangs, fails or prints nothing usable, and on Windows.
 */
export async function loginShellVariables(own: Variables, homeDir: string, run: ShellRun): Promise<Variables> {
  if (process.platform === 'win32') return {}
  const shell = own['SHELL'] || accountShell()
  if (shell === null || !path.isAbsolute(shell)) return {}
  const mark = `cove-${randomBytes(8).toString('hex')}`
  // Constant but for the mark (hex). Old macOS has no `env -0`.
  const script = `printf '%s' ${mark}; /usr/bin/env -0 2>/dev/null || /usr/bin/env; printf '%s' ${mark}`
  // As shell-env does: no update questions, no tmux in place of the shell. https://github.com/sindresorhus/shell-env
  const env = {
    ...defined(own),
    HOME: own['HOME'] ?? homeDir,
    DISABLE_AUTO_UPDATE: 'true',
    ZSH_TMUX_AUTOSTARTED: 'true',
    ZSH_TMUX_AUTOSTART: 'false',
  }
  try {
    const output = await run({ file: shell, args: ['-ilc', script], env, timeoutMs: LOGIN_SHELL_LIMIT_MS })
    const [, block, end] = output.split(mark)
    // Both marks, or the last variable may be cut.
    return block === undefined || end === undefined ? {} : parseVariables(block)
  } catch {
    return {}
  }
}

export function parseVariables(block: string): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const entry of block.split(block.includes('\0') ? '\0' : '\n')) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(entry) ?? []
    if (name !== undefined && value !== undefined) variables[name] = value
  }
  return variables
}

function mergePaths(own: string | undefined, login: string | undefined): string {
  const entries = [...(own ?? '').split(path.delimiter), ...(login ?? '').split(path.delimiter)]
  // A relative entry would make the result depend on the folder a command runs in.
  const merged = [...new Set(entries.filter((entry) => path.isAbsolute(entry)))]
  return merged.length > 0 ? merged.join(path.delimiter) : '/usr/local/bin:/usr/bin:/bin'
}

function accountShell(): string | null {
  try {
    return userInfo().shell
  } catch {
    // No entry in the password database (containers with a free user id).
    return null
  }
}

function defined(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
