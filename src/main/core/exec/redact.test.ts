import { describe, expect, test } from 'vitest'
import { createRedactor } from './redact.ts'

const line = (text: string, secrets: string[] = []) => createRedactor(secrets).line(text)

describe('what must not be kept', () => {
  test.each([
    ['Authorization: Bearer abcDEF123.xyz-9', 'abcDEF123'],
    ['authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['    token: sha256~s3cr3tvalue', 's3cr3tvalue'],
    ['{"token":"s3cr3tvalue","other":1}', 's3cr3tvalue'],
    ["password: 'two words'", 'two words'],
    ['    client-key-data: LS0tLS1CRUdJTg==', 'LS0tLS1CRUdJTg'],
    ['--password=hunter22', 'hunter22'],
    ['kubectl --token hunter22 get pods', 'hunter22'],
    ['AWS_SECRET_ACCESS_KEY=hunter22', 'hunter22'],
    ['api_key = hunter22', 'hunter22'],
    ['HTTPS_PROXY=http://me:hunter22@proxy.test:3128', 'hunter22'],
    ['proxy-url: socks5://me:hunter22@proxy.test:1080', 'hunter22'],
    ['got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef \\', 'abcdef.0123456789abcdef'],
  ])('%s', (text, secret) => {
    const masked = line(text)
    expect(masked).toContain('•••')
    expect(masked).not.toContain(secret)
  })

  test('literal secrets, as they are and in the forms tools print', () => {
    const secret = 'p@ss w/rd'
    const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]
    for (const form of forms) expect(line(`x ${form} y`, [secret])).toBe('x ••• y')
  })

  test('a private key over several lines, and what follows it is readable again', () => {
    const { line: next } = createRedactor([])
    const lines = ['before', '-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', 'QIBAAK', '-----END RSA PRIVATE KEY-----', 'after']
    expect(lines.map((text) => next(text))).toEqual(['before', '•••', '•••', '•••', '•••', 'after'])
  })

  test('arguments: the value after a secret flag, and values in one argument', () => {
    const { argv } = createRedactor(['literal!'])
    expect(argv(['kubectl', '--token', 'abc', '--password=def', 'x-literal!-y', 'https://u:p@h.test/', 'get'])).toEqual([
      'kubectl',
      '--token',
      '•••',
      '--password=•••',
      'x-•••-y',
      'https://•••@h.test/',
      'get',
    ])
  })
})

describe('what stays readable', () => {
  test.each([
    'Creating cluster "kind" ...',
    'secret/my-secret created',
    'kubernetes.io/service-account-token   3      5d',
    ' ✓ Ensuring node image (kindest/node:v1.33.1@sha256:050072256b9a903bd914c0b2866828150cb229cea0efe5892e2b644d5dd3b34f)',
    'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
    'pulling https://registry.test/v2/library/nginx/manifests/1.27',
    'coredns-674b8bbfcf-x2x7k   1/1   Running',
  ])('%s', (text) => {
    expect(line(text)).toBe(text)
  })
})
