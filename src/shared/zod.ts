import { z } from 'zod'

// In a page zod would try `new Function`, which its CSP forbids and the console then reports. Asked when a schema is made, so this comes first of all.
if ('document' in globalThis) z.config({ jitless: true })

export { z }
