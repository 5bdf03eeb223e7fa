import { X509Certificate, createHash } from 'node:crypto'
import { AppError } from '../error.ts'

export type JoinCommand = {
  /** `172.18.0.2:6443` */
  readonly endpoint: string
  readonly token: string
  readonly hashes: readonly string[]
  readonly controlPlane: boolean
  readonly certificateKey: string | null
}

const flags: Readonly<Record<string, 'token' | 'hash' | 'key' | 'control-plane'>> = {
  '--token': 'token',
  '--discovery-token': 'token',
  '--discovery-token-ca-cert-hash': 'hash',
  '--certificate-key': 'key',
  '--control-plane': 'control-plane',
}

/**
 * Reads the line that `kubeadm init` and `kubeadm token create --print-join-command` give out. What is not known to be harmless is refused, as is a line that
 * would trust whoever answers (`--discovery-token-unsafe-skip-ca-verification`). Throws `join-command-invalid`. Pure.
 */
export function parseJoinCommand(text: string): JoinCommand {
  const words = text
    .replaceAll(/\\\r?\n/g, ' ')
    .trim()
    .split(/\s+/)
  if (words[0] === 'sudo') words.shift()
  if (words[0] !== 'kubeadm' || words[1] !== 'join') throw invalid('not-join')
  let endpoint = ''
  let token = ''
  let certificateKey: string | null = null
  let controlPlane = false
  const hashes: string[] = []
  for (let at = 2; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) {
      if (endpoint !== '') throw invalid('two-endpoints')
      endpoint = word
      continue
    }
    const [name = '', inline] = word.split(/=(.*)/s)
    const flag = flags[name]
    if (flag === undefined) throw invalid(/unsafe/.test(name) ? 'unsafe' : 'unknown-flag')
    if (flag === 'control-plane') {
      controlPlane = true
      continue
    }
    const value = inline ?? words[++at] ?? ''
    if (flag === 'token') token = value
    else if (flag === 'hash') hashes.push(value)
    else certificateKey = value
  }
  if (!/^(?:\[[0-9a-f:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*):\d{1,5}$/i.test(endpoint)) throw invalid('endpoint')
  if (!/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(token)) throw invalid('token')
  if (hashes.length === 0 || !hashes.every((hash) => /^sha256:[0-9a-f]{64}$/.test(hash))) throw invalid('hash')
  if (certificateKey !== null && !/^[0-9a-f]{64}$/.test(certificateKey)) throw invalid('certificate-key')
  return { endpoint, token, hashes, controlPlane, certificateKey }
}

/** What `--discovery-token-ca-cert-hash` takes: SHA-256 of the public key of the authority, https://datatracker.ietf.org/doc/html/rfc7469#section-2.4. Pure. */
export function authorityHash(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}

/** As `authorityHash`, of the authority in a kubeconfig that kubeadm wrote; null: it has none that can be read. Pure. */
export function authorityIn(kubeconfig: string): string | null {
  const data = /^\s*certificate-authority-data: (\S+)$/m.exec(kubeconfig)?.[1]
  return data === undefined ? null : hashOrNull(Buffer.from(data, 'base64').toString('utf8'))
}

/** Null: it is no certificate. Pure. */
export function hashOrNull(pem: string | null): string | null {
  try {
    return pem === null ? null : authorityHash(pem)
  } catch {
    return null
  }
}

const invalid = (reason: string) => new AppError('join-command-invalid', { reason })
