import type { Profile } from '#shared/contract/profiles.ts'
import { roleOf } from '#shared/contract/kind-config.ts'
import { readDocument } from '../document/read-document.ts'

/** The first line of a profile's file: its name, as a comment, so that the rest is a document that every tool takes. */
const heading = '# Cove profile: '

/** Name and document of a file's text; null: the file does not say its name. Pure. */
export function splitProfile(text: string): { readonly name: string | null; readonly document: string } {
  const plain = text.replace(/^\uFEFF/, '')
  if (!plain.startsWith(heading)) return { name: null, document: plain }
  const end = plain.indexOf('\n')
  const name = plain.slice(heading.length, end === -1 ? undefined : end).trim()
  return { name: name === '' ? null : name, document: end === -1 ? '' : plain.slice(end + 1) }
}

/** Pure; the other way round. */
export function joinProfile(name: string, document: string): string {
  return `${heading}${oneLine(name)}\n${document}${document.endsWith('\n') ? '' : '\n'}`
}

/** What lists show of a document. Throws `document-invalid`. Pure. */
export function summaryOf(document: string): Pick<Profile, 'provider' | 'controlPlanes' | 'workers' | 'version'> {
  const read = readDocument(document)
  if (read.provider === 'minikube') {
    const controlPlanes = read.config.controlPlanes ?? 1
    const nodes = Math.max(read.config.nodes ?? controlPlanes, controlPlanes)
    return { provider: 'minikube', controlPlanes, workers: nodes - controlPlanes, version: read.config.kubernetesVersion || null }
  }
  const nodes = read.config.nodes ?? []
  const controlPlanes = nodes.filter((node) => roleOf(node) === 'control-plane').length
  const image = nodes.find((node) => node.image)?.image ?? null
  const version = /:(v\d+\.\d+\.\d+[^@/:]*)(?:@|$)/.exec(image ?? '')?.[1] ?? image
  return { provider: 'kind', controlPlanes: nodes.length === 0 ? 1 : controlPlanes, workers: nodes.length - controlPlanes, version }
}

/** What a name of people becomes in the name of a file: `cilium-lab`, or `profile` where nothing of it can stay. Pure. */
export function stemOf(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return stem === '' ? 'profile' : stem
}

/** A name nobody has: `lab`, `lab 2`, `lab 3`. Pure. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  const base = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) if (!taken.includes(`${base} ${number}`)) return `${base} ${number}`
}

const oneLine = (name: string) => name.replace(/\s+/g, ' ').trim()
