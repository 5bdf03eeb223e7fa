// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { mostTextBytes } from '#shared/message-size.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import type { Language } from '../../locales/language.ts'
import { ManifestField } from './manifest-field.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))
afterEach(cleanup)

function Field() {
  const [text, setText] = useState('')
  return <ManifestField label="Manifest" fileLabel="Choose a file…" text={text} onChange={setText} />
}
const show = async (language: Language = 'en') => {
  renderAt(<Field />, language)
  const area = await screen.findByRole('textbox', { name: 'Manifest' })
  const chooser = screen.getByLabelText('Choose a file…', { selector: 'input' })
  return { area: area as HTMLTextAreaElement, choose: (file: File) => fireEvent.change(chooser, { target: { files: [file] } }) }
}
/** As a browser has it when the file has gone away or may not be read. */
const gone = () => Object.assign(new File(['a: 1'], 'app.yaml'), { text: () => Promise.reject(new DOMException('gone', 'NotFoundError')) })

test('a file that cannot be read is said, what was there stays, and the same one can be chosen again', async () => {
  const { area, choose } = await show()
  choose(new File(['a: 1'], 'app.yaml'))
  await waitFor(() => expect(area.value).toBe('a: 1'))
  choose(gone())
  expect((await screen.findByRole('alert')).textContent).toContain('app.yaml: NotFoundError')
  expect(area.value).toBe('a: 1')
  choose(new File(['a: 2'], 'app.yaml'))
  await waitFor(() => expect(area.value).toBe('a: 2'))
  expect(screen.queryByRole('alert')).toBeNull()
})

test.each([
  ['en', 'app.yaml is too large', 'Manifest is too large'],
  ['zh-CN', 'app.yaml 太大', 'Manifest 太大'],
] as const)('more than can be sent is not taken, out of a file or written, and that is said: %s', async (language, ofFile, written) => {
  const { area, choose } = await show(language)
  // Of so few characters that only their bytes are too many.
  const large = '清'.repeat(mostTextBytes / 3 + 1)
  choose(new File([large], 'app.yaml'))
  expect((await screen.findByRole('alert')).textContent).toContain(ofFile)
  fireEvent.change(area, { target: { value: 'a: 1' } })
  expect(screen.queryByRole('alert')).toBeNull()
  // Of so few bytes that only how they are sent makes them too many.
  choose(new File(['\n'.repeat(mostTextBytes / 2)], 'app.yaml'))
  expect((await screen.findByRole('alert')).textContent).toContain(ofFile)
  fireEvent.change(area, { target: { value: large } })
  expect(screen.getByRole('alert').textContent).toContain(written)
  expect(area.value).toBe('a: 1')
})
