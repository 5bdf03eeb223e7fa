/**
 * Headers of every answer that carries the page, in both hosts. No `unsafe-*`: styles of React are set through the CSSOM, which CSP lets pass.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */
export function pageHeaders(connect: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src ${connect}`,
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  }
}

/** Below it a host gives out what core has to save, under an id. */
export const savePath = '/save/'

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
}

export function contentType(path: string): string {
  return contentTypes[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
}

/**
 * File of the page behind the path of an address, relative to the renderer's folder; null for what is no plain path inside it.
 * Everything without an extension is the one page (its routes live behind the `#`, so only `/` is expected).
 */
export function pageFile(pathname: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (path === '/') return 'index.html'
  if (!/^(\/[\w@-][\w@.-]*)+$/.test(path)) return null
  return path.slice(1)
}
