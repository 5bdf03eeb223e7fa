import { heredoc } from '../document/heredoc.ts'
import { commandLine } from '../jobs/command-line.ts'
import type { View } from './document/form.ts'

/**
 * The commands that do the same in a terminal. kind reads the document from its input, so that what is copied is whole; Cove's own temporary
 * kubeconfig is left out, as kind then writes the person's. `source`: the tool's own document; `after`: what Cove does once the cluster is there. Pure.
 */
export function commandTexts(
  commands: readonly (readonly string[])[],
  source: string,
  after: readonly (readonly string[])[] = [],
): { readonly short: string; readonly whole: string } {
  const create = commands.findIndex((argv) => argv.includes('create') && argv.includes('cluster'))
  const at = create === -1 ? commands.length - 1 : create
  const lines = commands.map((argv, index) => (index === create ? kindLine(argv) : commandLine(withoutKubeconfig(argv))))
  const whole = [...lines.map((line, index) => (index === create ? heredoc(line, source) : line)), ...after.map(commandLine)].join('\n')
  return { short: lines[at] ?? '', whole }
}

function kindLine(argv: readonly string[]): string {
  const plain = withoutKubeconfig(argv).filter((word) => !word.startsWith('--config=') && !word.startsWith('--retain'))
  return `${commandLine(plain)} --config=-`
}

const withoutKubeconfig = (argv: readonly string[]) => argv.filter((word) => !word.startsWith('--kubeconfig='))

/** The commands for images and manifests of a document; a local registry and mirrors are kind's guide, https://kind.sigs.k8s.io/docs/user/local-registry/. Pure. */
export function extraCommands(view: Pick<View, 'provider' | 'extras'>, name: string): string[][] {
  const kind = view.provider === 'kind'
  return [
    ...view.extras.images.map((image) =>
      kind
        ? ['kind', 'load', 'docker-image', `--name=${name}`, '--', image]
        : ['minikube', 'image', 'load', `--profile=${name}`, '--', image],
    ),
    ...view.extras.manifests.map((manifest) => ['kubectl', 'apply', `--context=${kind ? `kind-${name}` : name}`, `--filename=${manifest}`]),
  ]
}
