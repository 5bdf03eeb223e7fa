import { posix, win32 } from 'node:path'

export type SearchFolder = { readonly folder: string; readonly origin: 'path' | 'login-shell' | 'well-known' }

export type SearchOptions = {
  readonly os: string
  readonly homeDir: string
  /** Environment of this process. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** PATH of `exec.environment()`: the process's own, completed by the login shell's. */
  readonly toolPath: string
}

/**
 * Folders to look for tools in, in the order in which they win: PATH of this process, PATH of the login shell (a desktop app does not inherit it), then where
 * installers of this OS put things. Each once; relative entries are left out, because what they mean changes with the folder Cove was started in.
 * `COVE_TOOL_FOLDERS` (a list like PATH, may be empty) stands in for the well-known ones.
 */
export function searchList({ os, homeDir, env, toolPath }: SearchOptions): SearchFolder[] {
  const path = os === 'windows' ? win32 : posix
  const split = (list: string | undefined) => (list ?? '').split(path.delimiter).map((entry) => entry.replace(/^"(.*)"$/, '$1'))
  const groups = [
    { origin: 'path', folders: split(variable(env, 'PATH', os)) },
    { origin: 'login-shell', folders: split(toolPath) },
    { origin: 'well-known', folders: env.COVE_TOOL_FOLDERS === undefined ? wellKnown(os, homeDir, env) : split(env.COVE_TOOL_FOLDERS) },
  ] as const
  const seen = new Set<string>()
  return groups.flatMap(({ origin, folders }) =>
    folders.flatMap((entry) => {
      if (!path.isAbsolute(entry)) return []
      const folder = path.normalize(entry).replace(/(?<=[^\\/:])[\\/]+$/, '')
      const key = os === 'windows' ? folder.toLowerCase() : folder
      if (seen.has(key)) return []
      seen.add(key)
      return [{ folder, origin }]
    }),
  )
}

function wellKnown(os: string, home: string, env: SearchOptions['env']): string[] {
  if (os === 'windows') {
    const programs = variable(env, 'ProgramFiles', os) ?? 'C:\\Program Files'
    const local = variable(env, 'LOCALAPPDATA', os) ?? `${home}\\AppData\\Local`
    return [
      `${programs}\\Docker\\Docker\\resources\\bin`,
      `${programs}\\Kubernetes\\Minikube`,
      `${programs}\\Rancher Desktop\\resources\\resources\\win32\\bin`,
      `${variable(env, 'ProgramData', os) ?? 'C:\\ProgramData'}\\chocolatey\\bin`,
      `${local}\\Microsoft\\WinGet\\Links`,
      `${home}\\scoop\\shims`,
      `${home}\\go\\bin`,
    ]
  }
  const anywhere = [
    '.local/bin',
    'bin',
    'go/bin',
    '.docker/bin',
    '.rd/bin',
    '.asdf/shims',
    '.local/share/mise/shims',
    '.nix-profile/bin',
  ].map((folder) => `${home}/${folder}`)
  if (os === 'darwin') {
    return [
      '/opt/homebrew/bin',
      '/usr/local/bin',
      '/opt/local/bin',
      '/Applications/Docker.app/Contents/Resources/bin',
      `${home}/.orbstack/bin`,
      ...anywhere,
    ]
  }
  return [
    '/usr/local/bin',
    '/usr/bin',
    '/snap/bin',
    '/var/lib/snapd/snap/bin',
    '/home/linuxbrew/.linuxbrew/bin',
    '/run/current-system/sw/bin',
    ...anywhere,
  ]
}

/** Names of variables have no case on Windows: it is `Path` there. */
function variable(env: SearchOptions['env'], name: string, os: string): string | undefined {
  if (os !== 'windows') return env[name]
  return Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}
