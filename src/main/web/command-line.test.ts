import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCommandLine, slipCode } from './command-line.ts'

const parse = (...args: string[]) => parseCommandLine(args, 'linux', {}, '/home/ana')

test('a slip in host check is none of its findings', () => {
  expect(slipCode(['--json', 'host', 'check', '--role', 'x'])).toBe(3)
  expect(slipCode(['serve', '--port', 'x'])).toBe(2)
})

describe('cove', () => {
  test('serve listens on loopback and any free port unless told otherwise', () => {
    expect(parse('serve')).toEqual({
      command: 'serve',
      port: 0,
      host: '127.0.0.1',
      allowHosts: [],
      dataDir: '/home/ana/.local/share/cove',
      homeDir: '/home/ana',
    })
  })

  test('serve takes port, host, further names and a data folder', () => {
    expect(parse('serve', '--port', '4000', '--host=0.0.0.0', '--allow-host', 'localhost:8080', '--data', '/d', '--no-open')).toMatchObject(
      {
        port: 4000,
        host: '0.0.0.0',
        allowHosts: ['localhost:8080'],
        dataDir: '/d',
      },
    )
  })

  test('logs takes files of here, from the root, and what is piped in', () => {
    expect(parse('logs', '/var/log/a b.log', '-', '--port', '4000')).toMatchObject({
      command: 'logs',
      files: ['/var/log/a b.log', '-'],
      port: 4000,
      dataDir: '/home/ana/.local/share/cove',
    })
    expect(parse('logs', 'b.log')).toMatchObject({ files: [resolve('b.log')] })
  })

  test('host check takes what the machine is to be, and how to say what was found', () => {
    expect(parse('host', 'check')).toMatchObject({
      command: 'host-check',
      target: 'local',
      form: 'lines',
      intent: { role: 'control-plane', kubernetes: null, podSubnets: [], serviceSubnets: ['10.96.0.0/12'], criSocket: null },
    })
    const asked = parse(
      'host',
      'check',
      '--target',
      'ssh:ann@box',
      '--role=worker',
      '--kubernetes',
      'v1.34',
      '--pod-subnet',
      '10.1.0.0/16',
      '--json',
    )
    expect(asked).toMatchObject({
      target: 'ssh:ann@box',
      form: 'json',
      intent: { role: 'worker', kubernetes: 'v1.34', podSubnets: ['10.1.0.0/16'] },
    })
  })

  test.each([[['--help']], [['-h']], [['help']], [[]], [['serve', '--help']]])('%j is a question for help', (args) => {
    expect(parse(...args)).toEqual({ command: 'help' })
  })

  test.each([
    [['serve', '--port', '70000'], '--port'],
    [['serve', '--port', '-1'], '--port'],
    [['serve', '--port', '1e3'], '--port'],
    [['serve', '--wat'], '--wat'],
    [['destroy'], 'destroy'],
    [['serve', 'now'], 'now'],
    [['logs'], 'files'],
    [['host'], 'check'],
    [['host', 'fix'], 'fix'],
    [['host', 'check', 'box'], 'box'],
    [['host', 'check', '--role', 'master'], '--role'],
    [['host', 'check', '--json', '--markdown'], '--markdown'],
  ])('%j is a slip that is named', (args, named) => {
    const parsed = parse(...args)
    expect(parsed.command).toBe('wrong')
    expect(parsed).toHaveProperty('problem', expect.stringContaining(named))
  })
})
