import type { ProblemReason } from '#shared/contract/document.ts'
import { kubeadmDocuments, kubeadmGroup, type KubeadmVersion, kubeadmVersions } from '#shared/contract/kubeadm-config.ts'
import { kubeletConfigSchema, kubeProxyConfigSchema } from '#shared/contract/component-config.ts'
import type { KubeadmFacts } from '#shared/contract/kubeadm-config-procedures.ts'
import type { z } from 'zod'
import { checkPart, type DocumentProblem, placeOf, problemAt, readOrProblems } from '../../document/problems.ts'
import { type Documents, kindOf, type Part, plainOf } from '../../document/text.ts'
import { isRecord } from '../../document/plain.ts'
import { crossProblems } from './cross.ts'
import { isKind, ofKind, shown, valuesOf } from './parts.ts'

/** Everything that is wrong with a file, in the order of its lines; with what the machine has against it, where that is known. Pure. */
export function problemsOf(text: string, facts: KubeadmFacts | null): DocumentProblem[] {
  const { parsed, problems } = readOrProblems(text, 'ClusterConfiguration')
  if (parsed === null) return problems
  const filled = parsed.all.filter((part) => part.contents !== null)
  const first = filled[0]
  if (first === undefined) return [problemAt(parsed, 'ClusterConfiguration', ['kind'], 'unknown-kind', null, [0, 0])]
  const found = filled.flatMap((part) => ofPart(parsed, part, facts))
  // What the parts say of each other is worth a look once each can be read.
  const values = valuesOf(text)
  const cross = values === null ? [] : crossProblems(values, facts)
  const placed = cross.flatMap(({ which, path, reason, expected, severity }): DocumentProblem[] => {
    const part = ofKind(which)(parsed.all)
    return part === null ? [] : [{ ...problemAt(parsed, which, path, reason, expected, placeOf(part, path)), severity }]
  })
  const said = new Set(found.map((one) => `${one.which}:${one.path.join('.')}`))
  return [...found, ...placed.filter((one) => !said.has(`${one.which}:${one.path.join('.')}`))].sort((a, b) => a.from - b.from)
}

function ofPart(parsed: Documents, part: Part, facts: KubeadmFacts | null): DocumentProblem[] {
  const kind = shown(kindOf(part))
  const value = plainOf(part)
  const apiVersion = isRecord(value) ? shown(value['apiVersion']) : ''
  const at = (which: string, path: readonly string[], reason: ProblemReason, expected: string | null = null) =>
    problemAt(parsed, which, path, reason, expected, placeOf(part, path))
  if (!isKind(kind)) return [at(kind, ['kind'], 'unknown-kind')]
  if (ofKind(kind)(parsed.all) !== part) return [at(`${kind}#2`, ['kind'], 'duplicate-kind')]
  if (kind === 'KubeletConfiguration') return checkPart(parsed, kind, part, kubeletConfigSchema)
  if (kind === 'KubeProxyConfiguration') return checkPart(parsed, kind, part, kubeProxyConfigSchema)
  const versions: readonly string[] = Object.keys(kubeadmVersions)
  const version = apiVersion.startsWith(`${kubeadmGroup}/`) ? apiVersion.slice(kubeadmGroup.length + 1) : ''
  if (!versions.includes(version))
    return [at(kind, ['apiVersion'], 'api-version', versions.map((one) => `${kubeadmGroup}/${one}`).join(', '))]
  const schemas: Readonly<Record<string, z.ZodType>> = kubeadmDocuments[version as KubeadmVersion]
  const schema = schemas[kind]
  if (schema === undefined) return [at(kind, ['kind'], 'kind-since-v1beta4')]
  return [
    ...ofVersion(at, kind, version as KubeadmVersion, facts),
    ...checkPart(parsed, kind, part, schema).map((one) => ofArguments(one, version)),
  ]
}

/** Which kubeadm reads which version. */
function ofVersion(
  at: (
    which: string,
    path: readonly string[],
    reason: 'api-too-new' | 'api-removed' | 'api-deprecated',
    expected: string,
  ) => DocumentProblem,
  kind: string,
  version: KubeadmVersion,
  facts: KubeadmFacts | null,
): DocumentProblem[] {
  const minor = Number(/^v1\.(\d+)\./.exec(facts?.version ?? '')?.[1] ?? Number.NaN)
  const { first, deprecated, removed } = kubeadmVersions[version]
  if (Number.isNaN(minor)) return []
  const said = `1.${minor}`
  if (minor < first) return [at(kind, ['apiVersion'], 'api-too-new', said)]
  if (removed !== null && minor >= removed) return [at(kind, ['apiVersion'], 'api-removed', said)]
  return deprecated !== null && minor >= deprecated ? [{ ...at(kind, ['apiVersion'], 'api-deprecated', said), severity: 'warning' }] : []
}

/** A map where a list must be, or the other way round: the one thing that everybody meets who comes from v1beta3. */
function ofArguments(problem: DocumentProblem, version: string): DocumentProblem {
  const isArguments = problem.path.at(-1) === 'extraArgs' || problem.path.at(-1) === 'kubeletExtraArgs'
  if (problem.reason !== 'type' || !isArguments) return problem
  return { ...problem, reason: version === 'v1beta4' ? 'args-list' : 'args-map', expected: null }
}
