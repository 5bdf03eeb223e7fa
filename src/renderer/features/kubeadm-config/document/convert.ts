import { kubeadmGroup, type KubeadmVersion } from '#shared/contract/kubeadm-config.ts'
import { addDocument, editDocument } from '../../document/edit.ts'
import { type Edit, getIn, isRecord, type Path } from '../../document/plain.ts'
import { kindOf, plainOf, readDocuments } from '../../document/text.ts'
import { unknownFields } from '../../document/unknown-fields.ts'
import { kubeadmDocuments } from '#shared/contract/kubeadm-config.ts'
import { argumentsOf, headOf, isKind, type Kind, ofKind, shown } from './parts.ts'

export type Conversion = {
  readonly text: string
  /** What the other version has no place for, `ClusterConfiguration.proxy.disabled`; it stays in the text, and kubeadm would refuse it. */
  readonly homeless: readonly string[]
}

/** Where arguments stand. */
const argumentPaths: Readonly<Partial<Record<Kind, readonly Path[]>>> = {
  InitConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
  JoinConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
  ClusterConfiguration: [
    ['apiServer', 'extraArgs'],
    ['controllerManager', 'extraArgs'],
    ['scheduler', 'extraArgs'],
    ['etcd', 'local', 'extraArgs'],
  ],
}

/**
 * The same file in the other version, by what https://github.com/kubernetes/kubernetes/pull/125029 says has changed. Comments, fields that are not known, and
 * the documents of kubelet and kube-proxy stay, which `kubeadm config migrate` loses. Pure; a text that does not parse stays as it is.
 */
export function convert(text: string, to: KubeadmVersion): Conversion {
  const { all } = readDocuments(text)
  if (all.some((part) => part.errors.length > 0)) return { text, homeless: [] }
  const kinds = all.map(kindOf).filter(isKind)
  let made = text
  const edit = (kind: Kind, one: Edit) => {
    made = editDocument(made, ofKind(kind), one, [])
  }
  const value = (kind: Kind, path: Path) => getIn(plainOf(ofKind(kind)(readDocuments(made).all)), path)
  const move = (from: readonly [Kind, ...Path], target: readonly [Kind, ...Path]) => {
    const [fromKind, ...fromPath] = from
    const [toKind, ...toPath] = target
    const moved = value(fromKind, fromPath)
    if (moved === undefined) return
    edit(fromKind, { do: 'set', path: fromPath, value: undefined })
    if (ofKind(toKind)(readDocuments(made).all) === null) made = addDocument(made, headOf(toKind, to))
    edit(toKind, { do: 'set', path: toPath, value: moved })
  }

  const timeouts = [
    [
      ['ClusterConfiguration', 'apiServer', 'timeoutForControlPlane'],
      ['InitConfiguration', 'timeouts', 'controlPlaneComponentHealthCheck'],
    ],
    [
      ['JoinConfiguration', 'discovery', 'timeout'],
      ['JoinConfiguration', 'timeouts', 'discovery'],
    ],
  ] as const
  for (const [older, newer] of timeouts) {
    // Only where the document it goes to is one that this file is of: a join has no ClusterConfiguration to go back to.
    if (to === 'v1beta4') move(older, newer)
    else if (kinds.includes(older[0])) move(newer, older)
  }
  for (const kind of new Set(kinds)) {
    if (!shown(value(kind, ['apiVersion'])).startsWith(`${kubeadmGroup}/`)) continue
    edit(kind, { do: 'set', path: ['apiVersion'], value: `${kubeadmGroup}/${to}` })
    for (const path of argumentPaths[kind] ?? []) {
      const now = value(kind, path)
      if (to === 'v1beta4' && isRecord(now))
        edit(kind, { do: 'set', path, value: argumentsOf(now).map((one) => ({ name: one.name, value: one.value })) })
      // A map has each name once: the last one counts, as on a command line.
      if (to === 'v1beta3' && Array.isArray(now))
        edit(kind, { do: 'set', path, value: Object.fromEntries(argumentsOf(now).map((one) => [one.name, one.value])) })
    }
  }
  return { text: made, homeless: homelessIn(text, made, to) }
}

/** Fields that the old version knew and the new one does not. */
function homelessIn(before: string, after: string, to: KubeadmVersion): string[] {
  const from = to === 'v1beta4' ? 'v1beta3' : 'v1beta4'
  const strange = (text: string, version: KubeadmVersion) =>
    readDocuments(text).all.flatMap((part) => {
      const kind = kindOf(part)
      if (!isKind(kind)) return []
      const schemas: Readonly<Record<string, Parameters<typeof unknownFields>[0]>> = kubeadmDocuments[version]
      const schema = schemas[kind]
      if (schema === undefined) return kind === 'UpgradeConfiguration' || kind === 'ResetConfiguration' ? [kind] : []
      return unknownFields(schema, plainOf(part)).map((path) => [kind, ...path].join('.'))
    })
  const known = new Set(strange(before, from))
  return strange(after, to).filter((path) => !known.has(path))
}
