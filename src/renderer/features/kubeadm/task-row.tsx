import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton, State } from '../../ui/index.ts'
import { officialPage } from '../host-changes/host-words.ts'
import { commandLine } from '../jobs/command-line.ts'
import { type KubeadmPage, kubeadmLinks } from './kubeadm-links.ts'

type TaskRowProps = {
  /** Its words are `task.<id>`; also names the official page. */
  readonly id: KubeadmPage
  /** Its place in the order of the official pages; null: it stands beside them. */
  readonly number: number | null
  readonly done?: boolean
  /** The same as a command, to be copied. */
  readonly command: readonly string[]
  readonly action: ReactNode
  readonly children?: ReactNode
}

/** One thing that can be done now: what it is, why, the same as a command, a button. */
export function TaskRow({ id, number, done = false, command, action, children }: TaskRowProps) {
  const { t, i18n } = useTranslation('kubeadm')
  const line = commandLine(command)
  return (
    <li className="kubeadm-task">
      <span className="fg-3 kubeadm-number">{number === null ? '' : number}</span>
      <div className="kubeadm-task-body">
        <div className="line wrap">
          <h3>{t(`task.${id}.title`)}</h3>
          {done ? <State tone="ok">{t('done')}</State> : null}
          <a href={officialPage(kubeadmLinks[id], i18n.language)} target="_blank" rel="noreferrer" className="sm">
            {t('page')}
          </a>
        </div>
        <p className="fg-2">{t(`task.${id}.why`)}</p>
        <div className="line kubeadm-command">
          <code className="mono sm cut" title={line}>
            {line}
          </code>
          <CopyButton text={line} label={t('copyCommand', { what: t(`task.${id}.title`) })} />
        </div>
        {children}
      </div>
      <div className="line kubeadm-task-act">{action}</div>
    </li>
  )
}
