export type AddressProblem = 'incomplete' | 'space' | 'no-scheme' | 'scheme' | 'invalid' | 'insecure' | 'registry'
/** `registry`: as names of images begin, without a scheme. */
export type AddressKind = 'proxy' | 'mirror' | 'registry'

/** Why an address cannot be saved; null: it can. Empty is fine, it means that none is set. */
export function addressProblem(text: string, kind: AddressKind): AddressProblem | null {
  const address = text.trim()
  if (address === '') return null
  if (kind === 'registry') return isRegistry(address) ? null : 'registry'
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

/** As the contract takes it: host, port and folders. */
function isRegistry(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/.test(text)
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname)
}
