import { expect, test } from 'vitest'
import { parseKubeconfig } from './document.ts'
import { viewOf } from './view.ts'

const file = (path: string, text: string) => ({ path, entries: parseKubeconfig(text, path).entries, failed: false })

test('the certificate of a context is below the file that names it, and absent where it stands in the file', () => {
  const contexts =
    'contexts:\n- {name: a, context: {cluster: c, user: a}}\n- {name: b, context: {cluster: c, user: b}}\n- {name: d, context: {cluster: c, user: d}}\n'
  const users =
    'users:\n- {name: a, user: {client-certificate: keys/a.crt}}\n- {name: b, user: {client-certificate: /m/profiles/b/client.crt}}\n- {name: d, user: {client-certificate-data: eA==}}\n'
  const view = viewOf([file('/one/config', contexts), file('/two/config', users)], {})
  expect(view.contexts.map(({ name, certificate }) => [name, certificate])).toEqual([
    ['a', '/two/keys/a.crt'],
    ['b', '/m/profiles/b/client.crt'],
    ['d', undefined],
  ])
})

test('a user whose login runs a program, or asks a server elsewhere, is marked; certificates and tokens are not', () => {
  const names = ['runs', 'asks', 'token', 'none', 'null']
  const users = {
    runs: '{exec: {command: aws}}',
    asks: '{auth-provider: {name: oidc}}',
    token: '{token: x, tokenFile: /t}',
    none: '{}',
    null: '{exec: null}',
  }
  const text = `contexts:\n${names.map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`).join('')}users:\n${Object.entries(
    users,
  )
    .map(([name, user]) => `- {name: ${name}, user: ${user}}\n`)
    .join('')}`
  const view = viewOf([file('/one/config', text)], {})
  expect(view.contexts.filter(({ plugin }) => plugin === true).map(({ name }) => name)).toEqual(['runs', 'asks'])
})
