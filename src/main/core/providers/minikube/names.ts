import { AppError } from '../../error.ts'
import { proposeName } from '../free-name.ts'

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const subdomain = new RegExp(`^${label}(?:\\.${label})*$`)
/** One of a single character is no volume name: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/config/profile.go */
const minLength = 2
/** Nodes are called `<name>-m02`; each name is a host name and a label, which ends at 63. */
const maxLength = 63 - '-m002'.length
/** Names of minikube's own commands: the same file, `keywords`. */
const reserved = new Set(['start', 'stop', 'status', 'delete', 'config', 'open', 'profile', 'addons', 'cache', 'logs'])

/**
 * Why this name cannot be used, or null. Stricter than minikube, which takes upper case and then fails where Kubernetes wants it small.
 * `taken`: names that are in use. `dev-m02` is also taken where `dev` is: it is the name of its second machine.
 */
export function checkName(name: string, taken: readonly string[]): AppError | null {
  if (name.trim() === '') return new AppError('name-empty', {})
  const suggestion = propose(taken, suggest(name))
  if (name.startsWith('-')) return new AppError('name-leading-dash', { name, suggestion })
  if (name !== name.toLowerCase() && subdomain.test(name.toLowerCase())) return new AppError('name-upper-case', { name, suggestion })
  if (!subdomain.test(name)) return new AppError('name-invalid', { name, suggestion })
  if (name.length < minLength) return new AppError('name-too-short', { name, min: minLength })
  if (name.length > maxLength) return new AppError('name-too-long', { name, length: name.length, max: maxLength })
  if (reserved.has(name)) return new AppError('name-reserved', { name, suggestion })
  return isTaken(name, taken) ? new AppError('name-taken', { name, suggestion }) : null
}

/** A name nobody has, neither as a profile nor as one of its machines. */
export function propose(taken: readonly string[], wish = 'dev'): string {
  const used = [...taken, ...reserved]
  for (;;) {
    const name = proposeName(used, wish)
    if (!isTaken(name, taken)) return name
    used.push(name)
  }
}

const profileOf = (name: string) => name.replace(/-m\d{2,3}$/, '')

function isTaken(name: string, taken: readonly string[]): boolean {
  return taken.includes(name) || taken.includes(profileOf(name)) || taken.some((one) => profileOf(one) === name)
}

/** The nearest name of the allowed form; `dev` where nothing of it can stay. */
function suggest(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/[-.]*\.[-.]*/g, '.')
    .slice(0, maxLength)
    .replace(/^[-.]+|[-.]+$/g, '')
  return subdomain.test(plain) && plain.length >= minLength ? plain : 'dev'
}
