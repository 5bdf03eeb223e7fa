export type AddressProblem = 'incomplete' | 'space' | 'no-scheme' | 'scheme' | 'invalid' | 'insecure'

/** Why an address cannot be saved; null: it can. Empty is fine, it means that none is set. */
export function addressProblem(text: string, kind: 'proxy' | 'mirror'): AddressProblem | null {
  const address = text.trim()
  if (address === '') return null
  // On the way to one: no reason to complain yet.
  if ('https://'.startsWith(address) || 'http://'.startsWith(address)) return 'incomplete'
  if (/\s/.test(address)) return 'space'
  if (!/^https?:\/\//i.test(address)) return /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? 'scheme' : 'no-scheme'
  if (!URL.canParse(address)) return 'invalid'
  // What core refuses at the download: nobody on the way may change what a mirror sends.
  return kind === 'mirror' && !isSecure(new URL(address)) ? 'insecure' : null
}

/** An address with its password covered, for as long as nobody edits it. */
export function covered(address: string): string {
  return address.replace(/^(https?:\/\/[^/@:]*:)[^/@]*@/i, '$1••••@')
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname)
}
