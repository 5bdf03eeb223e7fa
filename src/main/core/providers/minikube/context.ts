import { basename, dirname } from 'node:path'
import type { ContextSigns } from '../provider.ts'

/**
 * True for a context of that profile: its user has the certificate that minikube keeps in the profile's folder. Not by the address: it is in a network of the
 * engine, which looks like somebody else's as soon as the cluster is stopped. With the certificate inside (`--embed-certs`) only name and address are left. Pure.
 */
export function ownsContext({ cluster, local, certificate }: ContextSigns, name: string): boolean {
  if (certificate === undefined) return cluster === name && local !== false
  const folder = dirname(certificate)
  return basename(certificate) === 'client.crt' && basename(folder) === name && basename(dirname(folder)) === 'profiles'
}
