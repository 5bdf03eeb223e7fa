import { posix, win32 } from 'node:path'
import type { Shell, ToolName } from '#shared/contract/toolchain.ts'

/** A line for a file that a shell reads when it starts. */
export type LineFor = { readonly shell: Shell; readonly file: string; readonly text: string }

type Home = { readonly os: string; readonly homeDir: string; readonly env: Readonly<Record<string, string | undefined>> }

export const shells: readonly Shell[] = ['bash', 'zsh', 'fish', 'powershell']

/** Shells that a tool writes completion for: all are made with cobra, kubeadm leaves out two, docker (from 23.0 on) one. */
const completes: Record<ToolName, readonly Shell[]> = {
  kubectl: shells,
  kind: shells,
  minikube: shells,
  helm: shells,
  docker: ['bash', 'zsh', 'fish'],
  kubeadm: ['bash', 'zsh'],
}

/** The file of the user's that an interactive shell reads. */
export function startFile(shell: Shell, { os, homeDir, env }: Home): string {
  const path = os === 'windows' ? win32 : posix
  const config = env['XDG_CONFIG_HOME'] && os !== 'windows' ? env['XDG_CONFIG_HOME'] : path.join(homeDir, '.config')
  switch (shell) {
    case 'bash':
      // Terminals of macOS start login shells, which read this one only: https://www.gnu.org/software/bash/manual/html_node/Bash-Startup-Files.html
      return path.join(homeDir, os === 'darwin' ? '.bash_profile' : '.bashrc')
    case 'zsh':
      return path.join(env['ZDOTDIR'] || homeDir, '.zshrc')
    case 'fish':
      return path.join(config, 'fish', 'config.fish')
    case 'powershell':
      // CurrentUserAllHosts: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_profiles
      return os === 'windows'
        ? path.join(homeDir, 'Documents', 'PowerShell', 'profile.ps1')
        : path.join(config, 'powershell', 'profile.ps1')
  }
}

/** What puts a folder before the rest of PATH, for each shell. `~` stands for the home folder where the folder is below it. */
export function pathLines(folder: string, home: Home): LineFor[] {
  return shells.map((shell) => ({ shell, file: startFile(shell, home), text: pathLine(shell, folder, home) }))
}

function pathLine(shell: Shell, folder: string, { os, homeDir }: Home): string {
  const below = folder.startsWith(`${homeDir}/`) ? `$HOME/${folder.slice(homeDir.length + 1)}` : folder
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `export PATH="${below}:$PATH"`
    case 'fish':
      // fish 3.2 and newer: https://fishshell.com/docs/current/cmds/fish_add_path.html
      return `fish_add_path "${below}"`
    case 'powershell':
      return os === 'windows'
        ? `$env:Path = '${folder.replaceAll("'", "''")};' + $env:Path`
        : `$env:PATH = "${below}" + [IO.Path]::PathSeparator + $env:PATH`
  }
}

/** What turns on completion of a tool; https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/#enable-shell-autocompletion and its like. */
export function completionLines(tool: ToolName, home: Home): LineFor[] {
  return completes[tool].map((shell) => {
    switch (shell) {
      case 'bash':
      case 'zsh':
        return { shell, file: startFile(shell, home), text: `source <(${tool} completion ${shell})` }
      case 'fish':
        return { shell, file: startFile(shell, home), text: `${tool} completion fish | source` }
      case 'powershell':
        return { shell, file: startFile(shell, home), text: `${tool} completion powershell | Out-String | Invoke-Expression` }
    }
  })
}

/** Whether a file has the line, however it is indented; one that is commented out does not count. */
export function hasLine(content: string | null, text: string): boolean {
  return (content ?? '').split('\n').some((line) => line.trim() === text)
}

/** The file with the line at its end, under a word on who put it there. */
export function withLine(content: string | null, text: string): string {
  const before = content === null || content === '' || content.endsWith('\n') ? (content ?? '') : `${content}\n`
  return `${before}${before === '' ? '' : '\n'}# Added by Cove\n${text}\n`
}

/** The shell that a login starts, by SHELL; null where it is none of those. */
export function loginShell(env: Home['env'], os: string): Shell | null {
  if (os === 'windows') return 'powershell'
  const name = posix.basename(env['SHELL'] ?? '')
  if (name === 'pwsh') return 'powershell'
  return shells.find((shell) => shell === name) ?? null
}
