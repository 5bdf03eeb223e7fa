import { expect, test } from 'vitest'
import type { CommandResult } from '../exec/types.ts'
import { createFiles } from './files.ts'

const answering = (stderr: string) =>
  createFiles({
    run: async () => ({ id: 'c1', exitCode: 1, stdout: '', stderr, cancelled: false, timedOut: false, truncated: false }) as CommandResult,
    posix: true,
    name: 'box',
    rootWay: async () => 'direct',
  })

test.each([
  'cat: /etc/x: No such file or directory\n',
  "cat: can't open '/etc/x': No such file or directory\n",
  'cat: /etc/x/y: Not a directory\n',
  'Warning: something else\ncat: /etc/x: No such file or directory\n',
])('cat says that there is none: %j', async (stderr) => {
  expect(await answering(stderr).readFile('/etc/x')).toBeNull()
})

test.each([
  'sudo: unable to open /etc/sudoers: No such file or directory\n',
  'OCI runtime exec failed: chdir /x: No such file or directory\n',
  'cat: /etc/x: Permission denied\n',
])('what others lack says nothing of the file: %j', async (stderr) => {
  await expect(answering(stderr).readFile('/etc/x')).rejects.toMatchObject({ code: 'host-file-unreadable' })
})
