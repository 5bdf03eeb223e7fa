import { contract } from '../../src/shared/contract/index.ts'
import { inputs } from '../contract/inputs.ts'
import { callAllOfCore, expect, test } from './launch.ts'

type Answer = { readonly p: { readonly s?: number; readonly b: { readonly json: { readonly code?: string; readonly data?: unknown } } } }

// What each answers stands in e2e/contract, over a port of Node's; here the port is the window's, and core the built one.
test('every procedure is there behind the window’s port, and refuses what its schema does not know', async ({ open }) => {
  const { page } = await open()
  const names = Object.entries(contract).flatMap(([domain, procedures]) => Object.keys(procedures).map((name) => `${domain}.${name}`))
  const refusable = names.filter((name) => inputs[name]?.bad !== undefined)
  const calls = refusable.map((name) => ({ path: `/${name.replace('.', '/')}`, input: inputs[name]?.bad }))
  const answers = (await callAllOfCore(page, calls)) as Answer[]
  const said = answers.map(({ p }, index) => [refusable[index], p.s, p.b.json.data])
  expect(said).toEqual(
    refusable.map((name) => [
      name,
      expect.any(Number),
      { code: 'bad-input', facts: { field: inputs[name]?.field ?? '' }, commandId: null },
    ]),
  )
  const [unknown] = (await callAllOfCore(page, [{ path: '/clusters/nuke', input: {} }])) as Answer[]
  expect(unknown?.p).toMatchObject({ s: 404 })
})
