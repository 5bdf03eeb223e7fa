import { describe, expect, test } from 'vitest'
import { parseCommandLine } from './command-line.ts'

const parse = (...args: string[]) => parseCommandLine(args, 'linux', {}, '/home/ana')

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
  ])('%j is a slip that is named', (args, named) => {
    const parsed = parse(...args)
    expect(parsed.command).toBe('wrong')
    expect(parsed).toHaveProperty('problem', expect.stringContaining(named))
  })
})
