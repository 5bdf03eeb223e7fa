import { Boxes, Check, CircleQuestionMark, Download, Minus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ImageDetails, ReleaseImages } from '#shared/contract/downloads.ts'
import { Cell, CopyButton, IconButton, Row, State, useFormat } from '../../ui/index.ts'
import { useErrorWords } from '../shell/error-words.ts'

type ImageRowProps = {
  readonly image: ReleaseImages['images'][number]
  /** Null: the engine did not say. */
  readonly held: boolean | null
  /** Null: nobody asked the registry yet. */
  readonly details: ImageDetails | null
  readonly busy: boolean
  readonly onPull: () => void
  readonly onLoad: () => void
}

export function ImageRow({ image, held, details, busy, onPull, onLoad }: ImageRowProps) {
  const { t } = useTranslation('downloads')
  const format = useFormat()
  const words = useErrorWords()
  const engine = held === null ? 'unknown' : held ? 'held' : 'notHeld'
  const icon = { unknown: CircleQuestionMark, held: Check, notHeld: Minus }[engine]
  const all = details?.platforms.map(({ os, arch }) => `${os}/${arch}`) ?? []
  // Windows comes once for each of its releases.
  const platforms = [...new Set(all)]
  return (
    <Row>
      <Cell className="mono cut" title={image.from === image.ref ? image.ref : t('images.from', { ref: image.ref, from: image.from })}>
        {image.ref}
      </Cell>
      <Cell>
        <State tone={held ? 'ok' : 'idle'} icon={icon}>
          {t(`engine.${engine}`)}
        </State>
      </Cell>
      <Cell className="cut" title={details?.error ? words(details.error).cause : platforms.length > 0 ? format.list(platforms) : undefined}>
        {details?.error ? (
          <State tone="warn">{words(details.error).title}</State>
        ) : details ? (
          format.list(platforms)
        ) : (
          <span className="fg-3">{t('notAsked')}</span>
        )}
      </Cell>
      <Cell className="line open" title={details?.digest ?? undefined}>
        {details?.digest ? (
          <>
            <span className="mono fg-2">{details.digest.slice(0, 19)}…</span>
            <CopyButton text={details.digest} label={t('copyDigest', { name: image.name })} />
          </>
        ) : null}
      </Cell>
      <Cell className="line downloads-acts open">
        <IconButton
          small
          icon={Download}
          label={t('images.pull', { name: image.name })}
          disabled={busy || held === true}
          onClick={onPull}
        />
        <IconButton small icon={Boxes} label={t('images.load', { name: image.name })} disabled={held !== true} onClick={onLoad} />
      </Cell>
    </Row>
  )
}
