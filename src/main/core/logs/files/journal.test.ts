import { expect, test } from 'vitest'
import type { JournalRequest } from './journal.ts'
import { journalArgs } from './journal.ts'

test('where to begin', () => {
  const request: JournalRequest = { node: 'n', unit: 'containerd', tail: null, since: '2026-11-25T21:06:03.5Z', follow: true }
  expect(journalArgs(request, null)).toEqual(['--unit=containerd', '--lines=all', '--since=@1795640763.500000', '--follow'])
  expect(journalArgs({ ...request, tail: 0, since: null, follow: false }, null)).toEqual(['--unit=containerd', '--lines=0'])
  expect(journalArgs(request, 's=1')).toEqual(['--unit=containerd', '--after-cursor=s=1', '--lines=all', '--follow'])
})
