import { useTranslation } from 'react-i18next'
import type { Tool, ToolAbout } from '#shared/contract/toolchain.ts'
import { Callout, Code, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'
import { useShownPath } from './tool-words.ts'

/** What the table of copies has no room for: what a check found, and who is to update a copy that a package manager put there. */
export function CopyNotes({ tool, about }: { readonly tool: Tool; readonly about: ToolAbout }) {
  const shown = tool.copies.flatMap((copy) => about.copies.find(({ path }) => path === copy.path) ?? [])
  return (
    <>
      {shown.map((copy) => (
        <CheckNote key={copy.path} copy={copy} />
      ))}
      {shown.map((copy) => (
        <PackageNote key={copy.path} copy={copy} />
      ))}
    </>
  )
}

type About = ToolAbout['copies'][number]

/** Where all is as it should be a sentence is enough. */
function CheckNote({ copy }: { readonly copy: About }) {
  const { t } = useTranslation('machine')
  const format = useFormat()
  const shown = useShownPath()
  const words = useErrorWords()
  const { check } = copy
  if (check === null) return null
  const since = check.since === null ? '' : t('check.since', { time: format.dateTime(check.since) })
  if (check.state === 'same' && check.error === null)
    return (
      <p className="fg-2 check-note">
        {[
          t('checkNote.same.title', { path: shown(copy.path) }) + t('sentence'),
          t(`checkNote.${check.state}.text`, { context: check.against }),
          since,
        ]
          .filter(Boolean)
          .join(t('package.commaBetween'))}
      </p>
    )
  return (
    <Callout
      tone={check.state === 'changed' ? 'bad' : check.state === 'same' ? 'warn' : 'info'}
      title={t(`checkNote.${check.state}.title`, { path: shown(copy.path) })}
    >
      <p>{t(`checkNote.${check.state}.text`, { context: check.against })}</p>
      {check.expected !== null && check.expected !== check.sha256 ? (
        <dl className="digests">
          <dt>{t('checkNote.is')}</dt>
          <dd className="mono">{check.sha256}</dd>
          <dt>{t('checkNote.expected')}</dt>
          <dd className="mono">{check.expected}</dd>
        </dl>
      ) : null}
      {since === '' ? null : <p className="fg-2">{since}</p>}
      {check.error ? <p className="fg-2">{t('checkNote.notAsked', { title: words(check.error).title })}</p> : null}
    </Callout>
  )
}

function PackageNote({ copy }: { readonly copy: About }) {
  const { t } = useTranslation('machine')
  const shown = useShownPath()
  const owner = copy.package
  if (owner === null) return null
  const manager = t(`manager.${owner.manager}`)
  const named = owner.name === null ? null : [owner.name, owner.version].filter(Boolean).join(' ')
  const sentences = [
    t(owner.manager === 'bundle' ? 'package.bundle' : named === null ? 'package.by' : 'package.of', {
      path: shown(copy.path),
      manager,
      name: owner.manager === 'bundle' ? owner.name : named,
    }),
    owner.held ? t('package.held') : '',
    owner.update.length > 0 ? t('package.update', { manager }) : t('package.updateSelf', { manager }),
  ]
  return (
    <section className="copy-note" aria-label={t('package.label', { path: copy.path })}>
      <p>{sentences.filter(Boolean).join(t('package.commaBetween'))}</p>
      {owner.update.length > 0 ? <Code text={owner.update.join('\n')} label={t('package.commands', { manager })} /> : null}
    </section>
  )
}
