import { clusterExtrasSchema } from '#shared/contract/cluster-extras.ts'
import { kindConfigSchema } from '#shared/contract/kind-config.ts'
import { minikubeConfigSchema } from '#shared/contract/minikube-config.ts'
import { checkPart, type DocumentProblem, placeOf, problemAt, readOrProblems } from '../../document/problems.ts'
import type { Documents, Part } from '../../document/text.ts'
import { cgroupDrivers } from './cgroup-drivers.ts'
import { viewOf } from './form.ts'
import { clusterOf, extrasOf, providerOf } from './text.ts'

/** Everything that is wrong with a text, in the order of its lines. As core's own reading (`readDocument`), but all of it. Pure. */
export function problemsOf(text: string): DocumentProblem[] {
  const { parsed, problems } = readOrProblems(text, 'cluster')
  if (parsed === null) return problems
  const cluster = clusterOf(parsed.all)
  const extras = extrasOf(parsed.all)
  const surplus = parsed.all.filter((part) => part.contents !== null && part !== cluster && part !== extras)
  const provider = cluster === null ? null : providerOf(cluster)
  if (cluster === null || provider === null || cluster.contents === null)
    return [problemAt(parsed, 'cluster', ['kind'], 'not-a-cluster', null, cluster === null ? [0, 0] : placeOf(cluster, ['kind']))]
  return [
    ...checkPart(parsed, 'cluster', cluster, provider === 'kind' ? kindConfigSchema : minikubeConfigSchema),
    ...driversApart(parsed, cluster),
    ...(extras === null ? [] : checkPart(parsed, 'extras', extras, clusterExtrasSchema)),
    ...surplus.map((part) => problemAt(parsed, 'extras', [], 'too-many-documents', null, placeOf(part, []))),
  ].sort((a, b) => a.from - b.from)
}

/** kubelet and runtime of a node that use different drivers; a warning, as a kubelet that asks containerd 2 for its driver does without. */
function driversApart(parsed: Documents, cluster: Part): DocumentProblem[] {
  const view = viewOf(parsed.text)
  if (view?.provider !== 'kind') return []
  const { kubelet, containerd, place } = cgroupDrivers(view)
  if (kubelet === containerd || place === null) return []
  const found = problemAt(parsed, 'cluster', place, 'cgroup-driver-mismatch', kubelet, placeOf(cluster, place))
  return [{ ...found, severity: 'warning' }]
}
