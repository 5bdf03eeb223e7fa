import { registryDefaults } from '#shared/contract/cluster-extras.ts'
import { hostsFolder, mirrorHosts, registryHosting, registryHosts, registryImage } from '#shared/contract/registry-wiring.ts'
import { heredoc } from '../document/heredoc.ts'
import { commandLine } from '../jobs/command-line.ts'
import type { KindView, MinikubeView } from './document/form.ts'
import { nodeNames } from './form/node-names.ts'

/**
 * The commands that do the same in a terminal. kind reads the document from its input, so that what is copied is whole; Cove's own temporary
 * kubeconfig is left out, as kind then writes the person's. `source`: the tool's own document; `after`: what Cove does once
 * the cluster is there; `more`: how many commands there are beside the one of `short`. Pure.
 */
export function commandTexts(
  commands: readonly (readonly string[])[],
  source: string,
  after: readonly string[] = [],
): { readonly short: string; readonly whole: string; readonly more: number } {
  const create = commands.findIndex((argv) => argv.includes('create') && argv.includes('cluster'))
  const at = create === -1 ? commands.length - 1 : create
  const lines = commands.map((argv, index) => (index === create ? kindLine(argv) : commandLine(withoutKubeconfig(argv))))
  const whole = [...lines.map((line, index) => (index === create ? heredoc(line, source) : line)), ...after].join('\n')
  return { short: lines[at] ?? '', whole, more: Math.max(0, lines.length + after.length - 1) }
}

function kindLine(argv: readonly string[]): string {
  const plain = withoutKubeconfig(argv).filter((word) => !word.startsWith('--config=') && !word.startsWith('--retain'))
  return `${commandLine(plain)} --config=-`
}

const withoutKubeconfig = (argv: readonly string[]) => argv.filter((word) => !word.startsWith('--kubeconfig='))

/** What Cove does once the cluster is there, as lines for a shell, in its order: registry, mirrors, images, manifests. Pure. */
export function extraCommands(
  view: Pick<KindView, 'provider' | 'nodes' | 'extras'> | Pick<MinikubeView, 'provider' | 'extras'>,
  name: string,
): string[] {
  const { images, manifests } = view.extras
  const kind = view.provider === 'kind'
  const context = `--context=${kind ? `kind-${name}` : name}`
  const load = (image: string) =>
    kind ? ['kind', 'load', 'docker-image', `--name=${name}`, '--', image] : ['minikube', 'image', 'load', `--profile=${name}`, '--', image]
  return [
    ...(kind ? registryCommands(view, name, context) : []),
    ...images.map((image) => commandLine(load(image))),
    ...manifests.map((manifest) => commandLine(['kubectl', 'apply', context, `--filename=${manifest}`])),
  ]
}

/** https://kind.sigs.k8s.io/docs/user/local-registry/ */
function registryCommands({ nodes, extras }: Pick<KindView, 'nodes' | 'extras'>, name: string, context: string): string[] {
  const names = nodeNames(nodes).map((node) => `${name}-${node}`)
  const hosts = (node: string, registry: string, text: string) => [
    commandLine(['docker', 'exec', '--', node, 'mkdir', '-p', hostsFolder(registry)]),
    heredoc(commandLine(['docker', 'exec', '--interactive', '--', node, 'cp', '/dev/stdin', `${hostsFolder(registry)}/hosts.toml`]), text),
  ]
  const mirrors = extras.mirrors.flatMap(([registry, urls]) => {
    const endpoints = urls.split(/[\s,]+/).filter(Boolean)
    return endpoints.length === 0 ? [] : [[registry, endpoints] as const]
  })
  const wired = names.flatMap((node) => mirrors.flatMap(([registry, endpoints]) => hosts(node, registry, mirrorHosts(registry, endpoints))))
  if (extras.registry === null) return wired
  const own = extras.registry.name || registryDefaults.name
  const port = Number(extras.registry.port) || registryDefaults.port
  const publish = `--publish=127.0.0.1:${port}:5000`
  const inspect = (...format: string[]) => commandLine(['docker', 'container', 'inspect', ...format, '--', own])
  const joined = inspect('--format={{if .NetworkSettings.Networks.kind}}joined{{end}}')
  return [
    `${inspect()} >/dev/null 2>&1 || ${commandLine(['docker', 'run', '--detach', '--restart=always', publish, `--name=${own}`, '--', registryImage])}`,
    commandLine(['docker', 'start', '--', own]),
    `${joined} | grep --quiet joined || ${commandLine(['docker', 'network', 'connect', '--', 'kind', own])}`,
    ...names.flatMap((node) => hosts(node, `localhost:${port}`, registryHosts(own))),
    heredoc(commandLine(['kubectl', 'apply', context, '--filename=-']), registryHosting(port)),
    ...wired,
  ]
}
