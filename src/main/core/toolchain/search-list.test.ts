import { expect, test } from 'vitest'
import { searchList } from './search-list.ts'

test('PATH first, then what only the login shell has, then the folders of the OS; each once, no relative ones', () => {
  const list = searchList({
    os: 'linux',
    homeDir: '/home/张 三',
    env: { PATH: '/usr/bin/:.::relative:/opt/a b' },
    toolPath: '/usr/bin:/opt/a b:/home/张 三/go/bin',
  })
  expect(list.slice(0, 4)).toEqual([
    { folder: '/usr/bin', origin: 'path' },
    { folder: '/opt/a b', origin: 'path' },
    { folder: '/home/张 三/go/bin', origin: 'login-shell' },
    { folder: '/usr/local/bin', origin: 'well-known' },
  ])
  expect(list.filter(({ folder }) => folder === '/home/张 三/go/bin')).toHaveLength(1)
  expect(list.map(({ folder }) => folder)).toEqual(expect.arrayContaining(['/snap/bin', '/home/张 三/.local/bin']))
})

test('macOS has Homebrew and the folders of the desktop engines', () => {
  const folders = searchList({ os: 'darwin', homeDir: '/Users/a', env: {}, toolPath: '' }).map(({ folder }) => folder)
  expect(folders).toEqual(
    expect.arrayContaining(['/opt/homebrew/bin', '/usr/local/bin', '/Users/a/.docker/bin', '/Users/a/.orbstack/bin', '/Users/a/.rd/bin']),
  )
})

test('Windows: Path in any case, quotes, drive roots, folders that differ only in case', () => {
  const list = searchList({
    os: 'windows',
    homeDir: 'C:\\Users\\a',
    env: { Path: 'C:\\Tools\\;"C:\\My Tools";c:\\tools;D:\\;tools', ProgramFiles: 'E:\\Programs' },
    toolPath: '',
  })
  expect(list.slice(0, 4)).toEqual([
    { folder: 'C:\\Tools', origin: 'path' },
    { folder: 'C:\\My Tools', origin: 'path' },
    { folder: 'D:\\', origin: 'path' },
    { folder: 'E:\\Programs\\Docker\\Docker\\resources\\bin', origin: 'well-known' },
  ])
})

test('COVE_TOOL_FOLDERS stands in for the well-known folders', () => {
  const ask = (value: string) =>
    searchList({ os: 'linux', homeDir: '/home/a', env: { PATH: '/a', COVE_TOOL_FOLDERS: value }, toolPath: '/a' })
  expect(ask('')).toEqual([{ folder: '/a', origin: 'path' }])
  expect(ask('/b:/c').slice(1)).toEqual([
    { folder: '/b', origin: 'well-known' },
    { folder: '/c', origin: 'well-known' },
  ])
})
