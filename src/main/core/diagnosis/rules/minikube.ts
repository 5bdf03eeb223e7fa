import { finding, type Rule, short } from '../rule.ts'
import { hits } from '../text.ts'

/** The end of a start that failed, in text or (see `linesOf`) JSON: `Exiting due to DRV_AS_ROOT: …`. https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/reason/reason.go */
const driverIds =
  /Exiting due to ((?:DRV_(?:UNSUPPORTED\w*|NOT_FOUND|NOT_DETECTED|NOT_HEALTHY|NEEDS_ROOT|DOCKER_NOT_RUNNING)|PROVIDER_\w+_(?:NOT_FOUND|ERROR|NOT_RUNNING)|PR_\w+|HOST_(?:VIRT|VTX|SVM)_\w+|GUEST_MISSING_(?:CONNTRACK|CRICTL)|NOT_FOUND_(?:CRI_DOCKERD|CNI_PLUGINS))): ([^\n]*)/

const driverOf = (text: string, argv: readonly string[] | undefined): string | null =>
  /[Tt]he "?'?([a-z0-9-]+)"?'? driver|[Tt]he driver "?'?([a-z0-9-]+)/
    .exec(text)
    ?.slice(1)
    .find((name) => name !== undefined) ??
  argv?.find((word) => word.startsWith('--driver='))?.slice('--driver='.length) ??
  null

export const driver: Rule = (evidence) =>
  hits(evidence, ['command'], driverIds)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'driver-unusable',
        facts: {
          driver:
            driverOf(match[2] ?? '', evidence.command?.argv) ??
            /PR(?:OVIDER)?_([A-Z0-9]+)_/.exec(match[1] ?? '')?.[1]?.toLowerCase() ??
            null,
          reason: short(match[2]),
        },
        evidence: [line],
        action: 'change-specification',
      }),
    )

export const asRoot: Rule = (evidence) =>
  hits(evidence, ['command'], /Exiting due to DRV_AS_ROOT: ([^\n]*)/)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'driver-as-root',
        facts: { driver: driverOf(match[1] ?? '', evidence.command?.argv) },
        evidence: [line],
        action: 'change-specification',
      }),
    )

/** The image of minikube's nodes: what docker says when a container is made of one that is not here and cannot be fetched. */
export const baseImage: Rule = (evidence) => {
  if (evidence.provider !== 'minikube') return []
  const [missing] = hits(evidence, ['command'], /Unable to find image '([^']+)' locally/)
  const [given] = hits(
    evidence,
    ['command'],
    /cannot pull kicbase image from any docker registry[^\n]*|Failed to (?:download|load|pull) kic ?base image[^\n]*|unable to (?:download|pull) [^\n]*kicbase[^\n]*/i,
  )
  // Without kicbase minikube tries on; only an end without an image is a failure.
  if (missing === undefined) return []
  const [answer] = hits(evidence, ['command'], /Error response from daemon: ([^\n]*)/)
  return [
    finding({
      cause: 'base-image-missing',
      facts: { image: missing.match[1] ?? null, reason: short(answer?.match[1]) },
      evidence: [...(answer === undefined ? [] : [answer.line]), missing.line, ...(given === undefined ? [] : [given.line])],
      action: 'open-settings',
    }),
  ]
}

/** The packed images of a version, or those that minikube keeps itself. */
export const preload: Rule = (evidence) =>
  hits(
    evidence,
    ['command'],
    /Exiting due to (?:INET_CACHE_(?:BINARIES|TAR|KUBECTL)|INET_VERSION_\w+|INET_LOOKUP_HOST|GUEST_CACHE_LOAD|K8S_FAIL_CONNECT|INET_REPOS?\w*): ([^\n]*)/,
  )
    .filter(({ match }) => /preload|binaries|cache|releases|dl\.k8s\.io|storage\.googleapis|kube(?:adm|let|ctl)/i.test(match[0]))
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'preload-missing',
        facts: { version: /v?(1\.\d+\.\d+)/.exec(match[1] ?? '')?.[0] ?? null, reason: short(match[1]) },
        evidence: [line],
        action: 'open-settings',
      }),
    )
