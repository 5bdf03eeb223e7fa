import { Bookmark, Copy, Link2, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton, useFormat } from '../../ui/index.ts'
import type { Lines } from './use-lines.ts'

type SelectionBarProps = {
  readonly lines: Lines
  readonly said: string
  readonly onCopy: (prefix: boolean) => void
  readonly onLink: () => void
  readonly onBookmark: () => void
}

/** What can be done with the marked lines; between two of them the time that passed. */
export function SelectionBar({ lines, said, onCopy, onLink, onBookmark }: SelectionBarProps) {
  const { t } = useTranslation('logs')
  const format = useFormat()
  const range = lines.range()
  const count = range ? range[1] - range[0] + 1 : 0
  const [from, to] = [lines.mark?.time, lines.cursor?.time]
  const between = from && to ? Math.abs(Date.parse(to) - Date.parse(from)) : null
  if (!range || (count < 2 && said === '')) return null
  return (
    <div className="log-selection" role="toolbar" aria-label={t('selection.label')}>
      <span role="status">
        {said !== '' ? said : t('selection.lines', { count, lines: format.number(count) })}
        {said === '' && between !== null ? (
          <span className="fg-3"> {t('selection.between', { time: format.duration(between) })}</span>
        ) : null}
      </span>
      <Button size="small" variant="quiet" icon={Copy} onClick={() => onCopy(false)}>
        {t('selection.copy')}
      </Button>
      <Button size="small" variant="quiet" icon={Copy} onClick={() => onCopy(true)}>
        {t('selection.copyPrefix')}
      </Button>
      <IconButton small icon={Link2} label={t('line.link')} keys="l" onClick={onLink} />
      <IconButton small icon={Bookmark} label={t('bookmark.add')} keys="b" onClick={onBookmark} />
      <IconButton small icon={X} label={t('selection.clear')} keys="Esc" onClick={lines.clear} />
    </div>
  )
}
