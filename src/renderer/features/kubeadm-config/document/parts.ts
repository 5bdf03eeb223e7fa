import { kubeletApiVersion, kubeProxyApiVersion } from '#shared/contract/component-config.ts'
import { kubeadmGroup, kubeadmKinds, type KubeadmVersion } from '#shared/contract/kubeadm-config.ts'
import type { KubeadmPurpose } from '#shared/contract/kubeadm-config-procedures.ts'
import type { Choose } from '../../document/edit.ts'
import { isRecord } from '../../document/plain.ts'
import { kindOf, type Part, plainOf, readDocuments } from '../../document/text.ts'

export const kinds = [...kubeadmKinds, 'KubeletConfiguration', 'KubeProxyConfiguration'] as const
export type Kind = (typeof kinds)[number]
export type Plain = Readonly<Record<string, unknown>>

/** The first document of a kind: kubeadm takes one of each. */
export const ofKind =
  (kind: string): Choose =>
  (all) =>
    all.find((part) => kindOf(part) === kind) ?? null

export const isKind = (kind: unknown): kind is Kind => (kinds as readonly unknown[]).includes(kind)

/** The version that kubeadm's own documents of a file have; the newer where there is none. */
export function versionOf(all: readonly Part[]): KubeadmVersion {
  for (const part of all) {
    const value = plainOf(part)
    if (isRecord(value) && value['apiVersion'] === `${kubeadmGroup}/v1beta3`) return 'v1beta3'
    if (isRecord(value) && value['apiVersion'] === `${kubeadmGroup}/v1beta4`) return 'v1beta4'
  }
  return 'v1beta4'
}

/** The first lines of a document. */
export function headOf(kind: Kind, version: KubeadmVersion): string {
  const apiVersion =
    kind === 'KubeletConfiguration'
      ? kubeletApiVersion
      : kind === 'KubeProxyConfiguration'
        ? kubeProxyApiVersion
        : `${kubeadmGroup}/${version}`
  return `apiVersion: ${apiVersion}\nkind: ${kind}\n`
}

/** What a form shows of a file: the values of its documents, as they stand. */
export type Values = {
  readonly version: KubeadmVersion
  readonly purpose: KubeadmPurpose
  readonly of: Readonly<Partial<Record<Kind, Plain>>>
}

/** Null: the text cannot be read, or has no document that is known; then only the text can be edited. Pure. */
export function valuesOf(text: string): Values | null {
  try {
    const { all } = readDocuments(text)
    if (all.some((part) => part.errors.length > 0)) return null
    const of: Partial<Record<Kind, Plain>> = {}
    for (const part of all) {
      const kind = kindOf(part)
      const value = plainOf(part)
      if (isKind(kind) && isRecord(value)) of[kind] ??= value
    }
    return Object.keys(of).length === 0 ? null : { version: versionOf(all), purpose: purposeOf(of), of }
  } catch {
    return null
  }
}

/** The command that reads the file. */
function purposeOf(of: Readonly<Partial<Record<Kind, Plain>>>): KubeadmPurpose {
  if (of.InitConfiguration || of.ClusterConfiguration) return 'init'
  if (of.JoinConfiguration) return 'join'
  if (of.UpgradeConfiguration) return 'upgrade'
  return of.ResetConfiguration ? 'reset' : 'init'
}

export type Argument = { readonly name: string; readonly value: string; readonly index: number | null }

/** Arguments of a component: a map in v1beta3, a list of name and value since. Pure. */
export function argumentsOf(value: unknown): Argument[] {
  if (Array.isArray(value))
    return (value as unknown[]).map((item, index) => {
      const { name, value: said } = isRecord(item) ? item : {}
      return { name: shown(name), value: shown(said), index }
    })
  return isRecord(value) ? Object.entries(value).map(([name, said]) => ({ name, value: shown(said), index: null })) : []
}

/** As it stands; of what is no scalar, its JSON, so that it is not taken for empty. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}

export const truth = (value: unknown) => value === true || (typeof value === 'string' && /^(?:y|yes|on|true)$/i.test(value))
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
