import { createRedactor } from '../exec/redact.ts'
import { strippedText } from '../exec/stripped-text.ts'

export type Person = { readonly homeDir: string; readonly user: string | null; readonly host: string | null }

const MASK = '•••'
const beginCertificate = /-----BEGIN [A-Z ]+-----/
const endCertificate = /-----END [A-Z ]+-----/
/** Base64 of `-----BEGIN`, as kubeconfigs and Secrets hold keys and certificates. */
const packedCertificate = /LS0tLS1CRUdJT[A-Za-z0-9+/=]{20,}/g
/** Accounts that name nobody. */
const nobodies = new Set(['root', 'user', 'admin', 'localhost', 'runner', 'docker', 'kind', 'minikube', 'node'])

/**
 * Takes out of a text what is secret and what names its owner: tokens, keys, certificates, the home folder, the names of user and machine.
 * Line by line, so that no border of a chunk hides anything. Pure.
 */
export function anonymous(person: Person): (text: string) => string {
  const words = [
    ...forms(person.homeDir).map((form) => [new RegExp(escaped(form), 'g'), '~'] as const),
    // Homes of this machine's other accounts name people too.
    [/(\/(?:home|Users)\/)(?!linuxbrew\b|Shared\b)[^/\s"':]+/g, '$1<user>'] as const,
    [/([A-Za-z]:\\{1,2}Users\\{1,2})[^\\\s"':]+/g, '$1<user>'] as const,
    ...named(person.user, '<user>'),
    ...named(person.host, '<host>'),
  ]
  return (text) => {
    const redactor = createRedactor([])
    let inCertificate = false
    return text
      .split('\n')
      .map((line) => {
        if (inCertificate) {
          if (endCertificate.test(line)) inCertificate = false
          return MASK
        }
        if (beginCertificate.test(line) && !endCertificate.test(line)) {
          inCertificate = true
          return MASK
        }
        let clean = redactor.line(strippedText(line)).replace(packedCertificate, MASK)
        for (const [pattern, replacement] of words) clean = clean.replace(pattern, replacement)
        return clean
      })
      .join('\n')
  }
}

function named(name: string | null, replacement: string): (readonly [RegExp, string])[] {
  if (name === null || name.length < 3 || nobodies.has(name.toLowerCase())) return []
  return [[new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'gu'), replacement]]
}

/** A folder as tools print it: as it is, in JSON, in an address. The root folder is nobody's home. */
function forms(folder: string): string[] {
  const clean = folder.replace(/[\\/]+$/, '')
  if (clean.length < 2) return []
  return [...new Set([clean, JSON.stringify(clean).slice(1, -1), encodeURI(clean)])].sort((a, b) => b.length - a.length)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
