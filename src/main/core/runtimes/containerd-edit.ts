import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { criNames, criPlugins, listOf, readContainerdConfig } from './containerd-config.ts'
import { get, parsed, setToml, type TomlScalar } from './toml-edit.ts'

/** Why a configuration cannot be changed by Cove; words in locales (`errors:reason`). */
export type Refusal = { readonly refused: 'not-toml' | 'config-version-1' | 'not-editable' | 'mirrors-table' }
export type Edited = { readonly text: string } | Refusal

/**
 * What containerd is to read, as changes of its own file: everything else in it stays. A file that is not there yet begins with the version that this containerd
 * writes (https://github.com/containerd/containerd/blob/main/docs/man/containerd-config.toml.5.md); what it does not say keeps its default. Pure.
 */
function edit(
  text: string | null,
  major: number,
  change: (names: (typeof criPlugins)[2 | 3], version: 2 | 3) => [path: string[], value: TomlScalar][],
): Edited {
  let now = text ?? ''
  const tree = parsed(now)
  if (tree === null) return { refused: 'not-toml' }
  if (get(tree, ['version']) === undefined) {
    // Of version 1, whose plugins have other names. Without plugins there is nothing that a newer version would read in another way.
    if (get(tree, ['plugins']) !== undefined || get(tree, ['proxy_plugins']) !== undefined) return { refused: 'config-version-1' }
    now = setToml(now, ['version'], major >= 2 ? 3 : 2) ?? now
  }
  const version = (readContainerdConfig(now)?.version ?? 2) >= 3 ? 3 : 2
  for (const [path, value] of change(criPlugins[version], version)) {
    const next = setToml(now, path, value)
    if (next === null) return { refused: 'not-editable' }
    now = next
  }
  return { text: now }
}

/** https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd-systemd */
export function setContainerdDriver(text: string | null, major: number, driver: CgroupDriver): Edited {
  return edit(text, major, (names) => {
    const containerd = ['plugins', names.runtime, 'containerd']
    const said = get(parsed(text ?? ''), [...containerd, 'default_runtime_name'])
    const runtime = [...containerd, 'runtimes', typeof said === 'string' ? said : 'runc']
    // A runtime that a file names is not completed by the default of that name: without its type the plugin does not start.
    const type: [string[], TomlScalar][] =
      get(parsed(text ?? ''), [...runtime, 'runtime_type']) === undefined ? [[[...runtime, 'runtime_type'], 'io.containerd.runc.v2']] : []
    return [...type, [[...runtime, 'options', 'SystemdCgroup'], driver === 'systemd']]
  })
}

/** https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-containerd */
export function setContainerdSandbox(text: string | null, major: number, image: string): Edited {
  return edit(text, major, (names, version) => [
    [version === 3 ? ['plugins', names.images, 'pinned_images', 'sandbox'] : ['plugins', names.images, 'sandbox_image'], image],
  ])
}

/** Takes the names of CRI out of `disabled_plugins`: the package of Docker is shipped with it off. */
export function enableContainerdCri(text: string | null, major: number): Edited {
  const disabled = listOf(get(parsed(text ?? ''), ['disabled_plugins']))
  return edit(text, major, () => [[['disabled_plugins'], disabled.filter((name) => !criNames.includes(name))]])
}

/** Lets containerd read hosts.toml files: with the deprecated table beside it, it would not start. */
export function setContainerdCertsDir(text: string | null, major: number, folder: string): Edited {
  const config = readContainerdConfig(text ?? '')
  if ((config?.mirrors.length ?? 0) > 0) return { refused: 'mirrors-table' }
  if (config?.certsDir?.split(':').includes(folder) === true) return { text: text ?? '' }
  return edit(text, major, (names) => [[['plugins', names.images, 'registry', 'config_path'], folder]])
}

/** hosts.toml of one registry: https://github.com/containerd/containerd/blob/main/docs/hosts.md. The registry itself comes last. */
export function hostsToml(registry: string, endpoints: readonly string[]): string {
  const server = registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`
  const hosts = endpoints.map((endpoint) => `\n[host.${JSON.stringify(endpoint)}]\n  capabilities = ["pull", "resolve"]\n`)
  return `server = ${JSON.stringify(server)}\n${hosts.join('')}`
}
