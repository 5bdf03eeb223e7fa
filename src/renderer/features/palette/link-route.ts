/** The names of this machine that `cove serve` is reached by. */
const loopback = ['127.0.0.1', 'localhost', '[::1]']

/**
 * The route of a pasted link: its path, and for logs what the link says of them. Null: the text is no link. `refused`: it is one, but not to a page of Cove.
 * It only leads to a page. What else may stand in an address is left out, for some of it begins something: the tab of a node with a shell opens one.
 * What the host is does not matter further: no part of it is asked for anything. `here` is the address of this page.
 */
export function linkRoute(text: string, here: string): { readonly path: string; readonly search: string } | 'refused' | null {
  const link = text.trim()
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(link)) return null
  const [address, page] = [urlOf(link), urlOf(here)]
  if (!address || !page || address.username !== '' || address.password !== '') return 'refused'
  const web = /^https?:$/.test(address.protocol) && (address.host === page.host || loopback.includes(address.hostname))
  const window = address.protocol === 'app:' && address.host === 'cove'
  if ((!web && !window) || !(address.pathname === '/' || address.pathname === page.pathname) || !address.hash.startsWith('#/'))
    return 'refused'
  const route = urlOf(`${inside}${address.hash.slice(1)}`)
  if (!route || `${route.protocol}//${route.host}` !== inside) return 'refused'
  return { path: route.pathname, search: route.pathname === '/logs' ? route.search : '' }
}

/** A host that is none, to read a route as an address. */
const inside = 'http://cove.invalid'

function urlOf(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
