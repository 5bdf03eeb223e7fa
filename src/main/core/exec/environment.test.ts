import { describe, expect, test } from 'vitest'
import { loginShellVariables, parseVariables, toolEnvironment } from './environment.ts'
import { programFile } from './program-file.ts'
import { commandText } from './command-text.ts'
import { strippedText } from './stripped-text.ts'

describe('the environment of tools', () => {
  test('is plain, English, colourless and without what Electron and test runners leave', () => {
    const own = {
      PATH: '/bin',
      FORCE_COLOR: '1',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect',
      LANG: 'zh_CN.UTF-8',
      LANGUAGE: 'zh',
      HTTPS_PROXY: 'http://p.test',
    }
    expect(toolEnvironment(own, {}, '/home/me')).toEqual({
      PATH: '/bin',
      HOME: '/home/me',
      HTTPS_PROXY: 'http://p.test',
      NO_COLOR: '1',
      TERM: 'dumb',
      LC_ALL: 'C',
      LANG: 'C',
      MINIKUBE_IN_STYLE: 'false',
    })
  })

  test('has both PATHs, the process first, nothing twice, nothing relative', () => {
    expect(toolEnvironment({ PATH: '/a:/b:.' }, { PATH: '/b:/c::rel' }, '/h')['PATH']).toBe('/a:/b:/c')
    expect(toolEnvironment({}, {}, '/h')['PATH']).not.toBe('')
  })

  test('takes from the login shell only what the process does not have, and nothing of the shell itself', () => {
    const login = { DOCKER_HOST: 'unix:///d', KUBECONFIG: '/shell', SHLVL: '3', PWD: '/x', _: '/usr/bin/env' }
    const merged = toolEnvironment({ PATH: '/a', KUBECONFIG: '/own' }, login, '/h')
    expect(merged).toMatchObject({ DOCKER_HOST: 'unix:///d', KUBECONFIG: '/own' })
    expect(Object.keys(merged)).not.toEqual(expect.arrayContaining(['SHLVL']))
    expect(merged['PWD']).toBeUndefined()
  })

  test('is read between marks: what rc files print is not part of it; a cut answer is none', async () => {
    const answer = (print: (mark: string) => string) =>
      loginShellVariables({ SHELL: '/bin/zsh' }, '/h', ({ args }) =>
        Promise.resolve(print(/cove-[0-9a-f]{16}/.exec(args[1] ?? '')?.[0] ?? '')),
      )
    expect(await answer((mark) => `Welcome!\nA=no\n${mark}A=1\0B=two\nlines\0${mark}bye`)).toEqual({ A: '1', B: 'two\nlines' })
    expect(await answer((mark) => `${mark}A=1\0B=cu`)).toEqual({})
    expect(await loginShellVariables({ SHELL: '/bin/zsh' }, '/h', () => Promise.reject(new Error('no shell')))).toEqual({})
    expect(parseVariables('A=1\nB=2=3\nnonsense\n')).toEqual({ A: '1', B: '2=3' })
  })
})

describe('programs on Windows', () => {
  test('batch files are refused, whatever their case and spelling', () => {
    for (const file of ['kind.bat', 'C:\\x\\KIND.CMD']) expect(programFile(file, 'C:\\x', 'win32')).toEqual({ refused: 'batch-file' })
  })
  test('what is not found is never left to cmd.exe', () => {
    expect(programFile('kind', 'C:\\none;relative', 'win32')).toEqual({ refused: 'ENOENT' })
    expect(programFile('C:\\none\\kind.exe', '', 'win32')).toEqual({ refused: 'ENOENT' })
  })
  test('elsewhere the name is left to the PATH', () => {
    expect(programFile('kind.bat', '', 'linux')).toEqual({ file: 'kind.bat' })
  })
})

test('a command line can be pasted into a shell', () => {
  expect(commandText(['kind', 'create', '--name=a b', "it's", '', '$HOME'])).toBe(`kind create '--name=a b' 'it'\\''s' '' '$HOME'`)
})

test('plain text has no escape sequences and no control characters', () => {
  expect(strippedText('\u001B[31mred\u001B[0m \u001B]0;title\u0007x\u0008\u009By\tz 日')).toBe('red x\tz 日')
  expect(strippedText('user \u202Egnp.exe\u202C \u2066isolate\u2069 one\u2028two שלום 👩🏽‍🚀')).toBe(
    'user gnp.exe isolate onetwo שלום 👩🏽‍🚀',
  )
})
