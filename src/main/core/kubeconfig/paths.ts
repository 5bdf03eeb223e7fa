import { existsSync } from 'node:fs'
import path from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Files that kubectl reads, absolute, in order, each once: KUBECONFIG, else `.kube/config` of the home folder.
 * https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/loader.go
 */
export function kubeconfigPaths(env: Env, homeDir: string, platform: NodeJS.Platform = process.platform): readonly string[] {
  const rules = platform === 'win32' ? path.win32 : path.posix
  const listed = (env['KUBECONFIG'] ?? '').split(rules.delimiter).filter((entry) => entry !== '')
  if (listed.length > 0) return [...new Set(listed.map((entry) => rules.resolve(entry)))]
  return [rules.join(platform === 'win32' ? windowsHome(env, homeDir) : homeDir, '.kube', 'config')]
}

/** The first home that has `.kube\config`, else the first there is: https://github.com/kubernetes/client-go/blob/v0.34.0/util/homedir/homedir.go */
function windowsHome(env: Env, homeDir: string): string {
  const home = env['HOME'] ?? ''
  const drive = (env['HOMEDRIVE'] ?? '') + (env['HOMEPATH'] ?? '')
  const profile = env['USERPROFILE'] ?? ''
  const withConfig = [home, drive, profile].find((folder) => folder !== '' && existsSync(path.win32.join(folder, '.kube', 'config')))
  return withConfig ?? [home, profile, drive].find((folder) => folder !== '' && existsSync(folder)) ?? homeDir
}
