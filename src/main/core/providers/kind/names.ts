import { AppError } from '../../error.ts'
import { proposeName } from '../free-name.ts'

export { proposeName }

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const subdomain = new RegExp(`^${label}(?:\\.${label})*$`)

/**
 * Most characters a cluster name may have. kind names containers `<name>-control-plane`, with several control planes also
 * `<name>-external-load-balancer`; each is a host name and, for nodes, the value of a label, which ends at 63.
 * kind itself only warns past 50 and then fails minutes later.
 */
export function maxNameLength(controlPlanes: number): number {
  return 63 - (controlPlanes > 1 ? '-external-load-balancer' : '-control-plane').length
}

/**
 * Why this name cannot be used, or null. Stricter than kind, which lets `-x` through to docker as an option and `.x` to a container that cannot start.
 * `taken`: names that are in use.
 */
export function checkName(name: string, controlPlanes: number, taken: readonly string[]): AppError | null {
  const max = maxNameLength(controlPlanes)
  if (name.trim() === '') return new AppError('name-empty', {})
  const suggestion = proposeName(taken, suggest(name, max))
  if (name.startsWith('-')) return new AppError('name-leading-dash', { name, suggestion })
  if (name !== name.toLowerCase() && subdomain.test(name.toLowerCase())) return new AppError('name-upper-case', { name, suggestion })
  if (!subdomain.test(name)) return new AppError('name-invalid', { name, suggestion })
  if (name.length > max) return new AppError('name-too-long', { name, length: name.length, max })
  if (taken.includes(name)) return new AppError('name-taken', { name, suggestion })
  return null
}

/** The nearest name of the allowed form; `dev` where nothing of it can stay. */
function suggest(name: string, max: number): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/[-.]*\.[-.]*/g, '.')
    .slice(0, max)
    .replace(/^[-.]+|[-.]+$/g, '')
  return subdomain.test(plain) ? plain : 'dev'
}
