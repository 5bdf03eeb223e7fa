import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { errorFacts } from '#shared/messages/error-facts.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { appError, ConnectionLost } from '../../api/client.ts'

export type ErrorWords = {
  readonly code: string
  readonly title: string
  readonly cause: string
  /** What follows from it; null where that goes without saying. */
  readonly consequence: string | null
  readonly fix: string
  readonly commandId: string | null
  readonly tail: string | null
}

/** Their `reason` is one of those that have words here; what has none stands as it came. */
const reasonIsCode: ReadonlySet<string> = new Set([
  'tool-unusable',
  'download-not-runnable',
  'runtime-config-refused',
  'runtime-install-unknown',
  'migration-node-unfit',
  'replacement-refused',
  'replacement-stopped',
])

/** Title, cause and way out of a failure, in the person's language. Takes what core sent or whatever was thrown. */
export function useErrorWords(): (error: unknown) => ErrorWords {
  const { t } = useTranslation('errors')
  return useCallback(
    (error: unknown) => {
      const shape = toShape(error)
      const values: Record<string, string | number> = {}
      const names: readonly string[] = shape.code in errorFacts ? errorFacts[shape.code as AppErrorShape['code']] : []
      for (const name of names) values[name] = own(t(`absent.${name}`, { defaultValue: '–' }))
      for (const [name, value] of Object.entries(shape.facts)) if (value !== null && value !== '') values[name] = value
      if (typeof values['what'] === 'string') values['what'] = t(`what.${values['what']}`, { defaultValue: values['what'] })
      // Of a tool core gives the reason as a code; everywhere else it is what a program said.
      if (reasonIsCode.has(shape.code)) values['reason'] = t(`reason.${values['reason']}`, { defaultValue: String(values['reason']) })
      // Of a document core gives it as a code too; its words are those of the designer.
      if (shape.code === 'document-invalid')
        values['reason'] = t(`designer:problem.${values['reason']}`, {
          expected: t(`designer:expected.${values['expected']}`, { defaultValue: String(values['expected']) }),
          defaultValue: String(values['reason']),
        })
      const word = (part: string) => set(t(`${shape.code}.${part}`, { ...values, defaultValue: t(`internal.${part}`) }))
      const tail = shape.facts['tail']
      return {
        code: shape.code,
        title: word('title'),
        cause: word('cause'),
        consequence: set(t(`${shape.code}.consequence`, { ...values, defaultValue: '' })) || null,
        fix: word('fix'),
        commandId: shape.commandId,
        tail: typeof tail === 'string' && tail !== '' ? tail : null,
      }
    },
    [t],
  )
}

/** A word of the language itself in the place of a value: Chinese has spaces around a foreign word, none around its own. */
const own = (word: string) => `\u2063${word}\u2063`
const set = (text: string) =>
  text
    .replaceAll(/(?<=[一-龥]) ?\u2063(?=[一-龥])/g, '')
    .replaceAll(/(?<=[一-龥])\u2063 ?(?=[一-龥])/g, '')
    .replaceAll('\u2063', '')

type Shape = { readonly code: string; readonly facts: AppErrorShape['facts']; readonly commandId: string | null }

/** The shape of any failure: core's own, a lost connection, or a bug. */
export function toShape(error: unknown): Shape {
  if (isShape(error)) return error
  if (error instanceof ConnectionLost) return { code: 'connection-lost', facts: {}, commandId: null }
  return appError(error) ?? { code: 'internal', facts: {}, commandId: null }
}

function isShape(error: unknown): error is AppErrorShape {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error && 'facts' in error
}
