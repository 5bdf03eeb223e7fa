const MASK = '•••'

/** Cheap test: does this text hold anything worth a closer look? */
const SUSPICIOUS =
  /token|passw|passphrase|secret|bearer|basic |api[-_]?key|apikey|access[-_]?key|key-data|authorization|private|credential|:\/\/[^\s/]*@|eyJ/i

const RULES: readonly (readonly [RegExp, string])[] = [
  // https://user:password@host, also proxies
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, `$1${MASK}@`],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${MASK}`],
  [/\b(authorization['"]?\s*[:=]\s*)(?!['"]?(?:bearer|basic)\s)['"]?[^\s'"]+/gi, `$1${MASK}`],
  // client-key-data: …, "token": "…", --password=…, SECRET_KEY=…
  [
    /((?:["']?)[\w.-]*(?:token|passwd|password|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key|key-data|credentials?)[\w-]*["']?\s*[:=]\s*)(?:"[^"]*"?|'[^']*'?|(?!\s|["'])[^\s,;&}\]]+)/gi,
    `$1${MASK}`,
  ],
  [/(--(?:[\w-]*-)?(?:token|password|passphrase|secret|api-key|client-secret)[ \t]+)(?!-)\S+/gi, `$1${MASK}`],
  // JSON web tokens
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MASK],
  // kubeadm and bootstrap tokens
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, MASK],
]

const BEGIN_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const END_KEY = /-----END [A-Z ]*PRIVATE KEY-----/
const SECRET_FLAG = /^--?(?:[\w-]*-)?(?:token|password|passphrase|secret|api-key|client-secret)$/i

export type Redactor = {
  /** A line of a stream, in order: a private key over several lines is masked as a whole. */
  line(text: string): string
  argv(argv: readonly string[]): string[]
}

/** Masks what must not be kept: literal secrets, tokens, passwords, keys, credentials in URLs. Works on whole lines, so a chunk border hides nothing. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const literals = literalForms(secrets)
  let inKey = false
  return {
    line(text) {
      if (inKey) {
        if (END_KEY.test(text)) inKey = false
        return MASK
      }
      if (text.includes('-----BEGIN') && BEGIN_KEY.test(text) && !END_KEY.test(text)) {
        inKey = true
        return MASK
      }
      return redactText(text, literals)
    },
    argv: (argv) => argv.map((arg, index) => (SECRET_FLAG.test(argv[index - 1] ?? '') && index > 0 ? MASK : redactText(arg, literals))),
  }
}

function redactText(text: string, literals: readonly string[]): string {
  let result = text
  for (const literal of literals) if (result.includes(literal)) result = result.replaceAll(literal, MASK)
  const bootstrap = result.includes('.') && /[a-z0-9]{6}\.[a-z0-9]{16}/.test(result)
  if (!bootstrap && !SUSPICIOUS.test(result)) return result
  for (const [pattern, replacement] of RULES) result = result.replace(pattern, replacement)
  return result.replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK)
}

/** A secret as tools may print it: as it is, line by line, in base64, in a URL. Longest first, so that a part never leaves the rest behind. */
function literalForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>()
  for (const secret of secrets) {
    for (const form of [secret, ...secret.split(/\r?\n/), Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
      // Masking one or two characters would make the output unreadable and hide nothing.
      if (form.trim().length >= 3) forms.add(form)
    }
  }
  return [...forms].sort((a, b) => b.length - a.length)
}
