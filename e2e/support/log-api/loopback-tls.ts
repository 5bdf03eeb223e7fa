import { readFileSync } from 'node:fs'

const read = (name: string) => readFileSync(new URL(`../../../src/main/core/toolchain/fixtures/tls/${name}`, import.meta.url), 'utf8')

/** A key and a certificate for 127.0.0.1 that no authority but itself has signed. */
export const loopbackTls = () => ({ key: read('key.pem'), cert: read('certificate.pem') })
