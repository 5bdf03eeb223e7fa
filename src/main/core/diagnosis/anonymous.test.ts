import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anonymous } from './anonymous.ts'

const clean = anonymous({ homeDir: '/home/li wei', user: 'liwei', host: 'office-07' })

test('tokens, keys, certificates, home, user and machine are taken out', () => {
  const text = [
    'open /home/li wei/.kube/config: permission denied',
    'kubectl --kubeconfig=/home/li%20wei/.kube/config',
    'user liwei on office-07 (not liweitang, not office-077)',
    '/Users/anna/Library and C:\\Users\\anna\\AppData',
    '--token=abcdef.0123456789abcdef --password hunter2',
    'client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURJVENDQWdtZ0F3SUJBZ0lJ',
    '-----BEGIN CERTIFICATE-----',
    'MIIDITCCAgmgAwIBAgIIVQ',
    '-----END CERTIFICATE-----',
    'HTTPS_PROXY=http://anna:secret@proxy.example:8080',
    'after',
  ].join('\n')
  expect(clean(text).split('\n')).toEqual([
    'open ~/.kube/config: permission denied',
    'kubectl --kubeconfig=~/.kube/config',
    'user <user> on <host> (not liweitang, not office-077)',
    '/Users/<user>/Library and C:\\Users\\<user>\\AppData',
    '--token=••• --password •••',
    'client-certificate-data: •••',
    '•••',
    '•••',
    '•••',
    'HTTPS_PROXY=http://•••@proxy.example:8080',
    'after',
  ])
})

test('an account that names nobody is not looked for', () => {
  expect(anonymous({ homeDir: '/root', user: 'root', host: 'localhost' })('root at localhost, /root/x, kind')).toBe(
    'root at localhost, ~/x, kind',
  )
  expect(anonymous({ homeDir: '/', user: null, host: null })('/var/lib')).toBe('/var/lib')
})

test('whatever stands around it, neither home nor machine nor a token stays', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 20 })
  fc.assert(
    fc.property(part, part, fc.constantFrom('/home/li wei', ' office-07 ', ' abcdef.0123456789abcdef '), (before, after, secret) => {
      expect(clean(`${before}\n${before} ${secret} ${after}\n${after}`)).not.toContain(secret.trim())
    }),
  )
})
