// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepDraft, readDraft } from '../document/draft.ts'
import { useDraft } from '../document/use-draft.ts'
import { startOf } from './use-start.ts'

vi.mock('../../api/client.ts', () => ({
  api: {
    profiles: { get: async ({ id }: { id: string }) => ({ id, name: `named ${id}`, document: `kind: Cluster # ${id}\n` }) },
    clusters: {
      document: async ({ id }: { id: string }) => ({ provider: 'kind', text: `kind: Cluster # ${id}\n`, seen: 'made-from' }),
      list: async () => ({ clusters: [{ id: 'k', name: 'lab' }], sources: [] }),
      plan: async () => ({ spec: { name: 'dev' } }),
    },
  },
}))
beforeEach(() => localStorage.clear())
afterEach(cleanup)

const draft = (text: string) => ({ text, profileId: null, profileName: null, at: 7 })

test('what was left unsaved in a document is found when that one is opened, and in no other', async () => {
  keepDraft('', draft('new'))
  keepDraft('profile:a', draft('of a'))
  keepDraft('cluster:k', draft('of k'))
  expect(await startOf({}, false)).toMatchObject({ text: 'new', saved: '', draftAt: 7 })
  const stored = 'kind: Cluster # a\n'
  expect(await startOf({ profile: 'a' }, false)).toMatchObject({ text: 'of a', saved: stored, profile: { id: 'a' }, draftAt: 7 })
  expect(await startOf({ profile: 'a' }, true)).toMatchObject({ text: stored, saved: stored, draftAt: null })
  expect(await startOf({ profile: 'b' }, false)).toMatchObject({ text: 'kind: Cluster # b\n', draftAt: null })
  const living = { id: 'k', name: 'lab' }
  expect(await startOf({ cluster: 'k' }, false)).toMatchObject({ text: 'of k', saved: 'kind: Cluster # k\n', living, draftAt: 7 })
})

test('another document, opened, looked at, changed and left, leaves a draft where it is', async () => {
  keepDraft('', draft('new'))
  const other = await startOf({ profile: 'b' }, false)
  const { rerender, unmount } = renderHook(({ text }) => useDraft(other, text, other.saved, null), { initialProps: { text: other.text } })
  rerender({ text: 'changed' })
  unmount()
  expect(readDraft('')?.text).toBe('new')
  expect(readDraft('profile:b')?.text).toBe('changed')
})

test('a draft goes with the one that took it over or wrote it, not with one that began beside it', () => {
  keepDraft('', draft('left'))
  renderHook(() => useDraft({ place: '', draftAt: null }, 'a', 'a', null)).unmount()
  expect(readDraft('')?.text).toBe('left')
  renderHook(() => useDraft({ place: '', draftAt: null }, 'a', 'a', null)).result.current()
  expect(readDraft('')?.text).toBe('left')
  renderHook(() => useDraft({ place: '', draftAt: 7 }, 'a', 'a', null)).unmount()
  expect(readDraft('')).toBeNull()
  keepDraft('', draft('left'))
  renderHook(() => useDraft({ place: '', draftAt: 7 }, 'left', '', null)).result.current()
  expect(readDraft('')).toBeNull()
})
