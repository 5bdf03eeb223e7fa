import type { Evidence } from '../evidence.ts'
import { finding, type Rule, short } from '../rule.ts'
import { evidenceLine, type Hit, hits, linesOf, nodeOf } from '../text.ts'

/** https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/util/apiclient/wait.go */
const verdict = /\[control-plane-check\] ((?:kube-)?[\w-]+) is not healthy after/
/** How the parts of the control plane say that they end: klog's F, zap's fatal, cobra's Error, Go's panic. */
const fatal = /\bF\d{4} \d\d:\d\d|"level":"(?:fatal|panic)"|(?:stderr|stdout) F (?:Error|panic|err): |"command failed" err=/
const cri = /^\S+ (?:stderr|stdout) [FP] /

/** One that keeps the others from coming up is named before them. */
const order = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']

/** Last words of a static pod that ended, with the number of its container's runs. */
function ends(
  evidence: Evidence,
): { readonly component: string; readonly node: string; readonly runs: number; readonly text: string; readonly hit: Hit }[] {
  return hits(evidence, ['pod'], fatal)
    .flatMap((hit) => {
      const [, component, run] = /\/([\w-]+)\/(\d+)\.log$/.exec(hit.text.name) ?? []
      if (component === undefined || !order.includes(component)) return []
      // One that was started again since may have come up.
      if (evidence.texts.some(({ name }) => isLaterRun(name, hit.text.name))) return []
      const line = linesOf(hit.text).findLast((one) => fatal.test(one)) ?? ''
      return [
        {
          component,
          node: nodeOf(hit),
          runs: Number(run),
          text: line.replace(cri, ''),
          hit: { ...hit, line: evidenceLine(hit.text, line.replace(cri, '')) },
        },
      ]
    })
    .sort((a, b) => order.indexOf(a.component) - order.indexOf(b.component))
}

/** True for `…/kube-apiserver/4.log` after `…/kube-apiserver/3.log`. */
function isLaterRun(name: string, than: string): boolean {
  const [, place, run] = /^(.*\/)(\d+)\.log$/.exec(name) ?? []
  const [, otherPlace, otherRun] = /^(.*\/)(\d+)\.log$/.exec(than) ?? []
  return place !== undefined && place === otherPlace && Number(run) > Number(otherRun)
}

export const component: Rule = (evidence) => {
  const said = hits(evidence, ['command'], verdict)
  const ended = ends(evidence)
  const [first] = said
  if (first === undefined) {
    // Without kubeadm's verdict only what ended again and again counts: each may end once while the others come up.
    const again = ended.find((one) => one.runs >= 2)
    if (again === undefined) return []
    return [
      finding({
        cause: 'control-plane-unhealthy',
        facts: { node: again.node, component: again.component, reason: short(again.text) },
        evidence: [again.hit.line],
        sure: again.runs >= 3 ? 'sure' : 'likely',
        action: 'change-specification',
      }),
    ]
  }
  const root = ended[0]
  return [
    finding({
      cause: 'control-plane-unhealthy',
      facts: {
        node: root?.node ?? evidence.nodes[0]?.name ?? evidence.cluster,
        component: root?.component ?? first.match[1] ?? null,
        reason: short(root?.text) ?? short(first.line.text.replace(/^.*\[control-plane-check\] /, '')),
      },
      evidence: [...(root === undefined ? [] : [root.hit.line]), first.line],
      sure: root === undefined ? 'likely' : 'sure',
      action: 'change-specification',
    }),
  ]
}

/** Checks that have a cause of their own. */
const others = /^(?:NumCPU|Mem|SystemVerification)$/

/** https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/preflight/checks.go */
export const preflight: Rule = (evidence) =>
  hits(evidence, ['command'], /\[ERROR ([\w-]+)\]: ([^\n]*)/)
    .filter(({ match }) => !others.test(match[1] ?? ''))
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'kubeadm-preflight',
        facts: { check: match[1] ?? null, reason: short(match[2]) },
        evidence: [line],
        action: 'change-specification',
      }),
    )

/** What kind and kubeadm say of a configuration or patch that cannot be read. kubeadm only warns of unknown fields. */
const unreadable =
  /(error unmarshaling configuration [^\n]*|json: cannot unmarshal [^\n]*|unable to decode config: [^\n]*|error converting YAML to JSON: [^\n]*|failed to (?:apply|parse|convert) [^\n]*patch[^\n]*|unable to parse yaml[^\n]*|invalid configuration for GroupVersionKind [^\n]*|error parsing feature gates[^\n]*|failed to generate kubeadm config content: [^\n]*)/

export const configuration: Rule = (evidence) =>
  hits(evidence, ['command'], unreadable)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({ cause: 'kubeadm-configuration', facts: { reason: short(match[1]) }, evidence: [line], action: 'change-specification' }),
    )
