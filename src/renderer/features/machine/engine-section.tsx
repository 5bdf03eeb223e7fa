import { useTranslation } from 'react-i18next'
import type { Engine } from '#shared/contract/toolchain.ts'
import { cx, KeyValue, State, useFormat } from '../../ui/index.ts'
import { EngineProblem, engineFails } from '../clusters/engine-problem.tsx'
import { engineTone } from '../shell/engine-foot.tsx'

/** What runs the containers of clusters: what it is, where it listens, what it offers; and what to do where it does not run. */
export function EngineSection({ engine, old }: { readonly engine: Engine; readonly old: boolean }) {
  const { t } = useTranslation('machine')
  const { t: shell } = useTranslation('shell')
  const format = useFormat()
  const name = [engine.product, engine.version].filter(Boolean).join(' ')
  const number = (value: number | null) => (value === null ? null : format.number(value))
  /** Only what is known has a line: what a stopped engine cannot say is not shown as nothing. */
  const line = (key: string, value: React.ReactNode, mono = false) =>
    value === null || value === '' ? null : { key, label: t(`engine.${key}`), value, mono }
  return (
    <section className={cx('machine-part', old && 'machine-old')} aria-labelledby="machine-engine">
      <div className="line wrap">
        <h2 id="machine-engine">{t('engine.title')}</h2>
        <State tone={engineTone[engine.state]} busy={engine.state === 'loading'}>
          {shell(`engine.${engine.state}`)}
        </State>
      </div>
      {engineFails(engine) ? (
        <div className="machine-problem">
          <EngineProblem engine={engine} />
        </div>
      ) : null}
      <KeyValue
        items={[
          line('product', name),
          line('endpoint', engine.endpoint, true),
          line('context', engine.context, true),
          line('platform', [engine.os, engine.arch].filter(Boolean).join(t('comma'))),
          line('cpus', number(engine.cpus)),
          line('memory', engine.memoryBytes === null ? null : format.bytes(engine.memoryBytes)),
          line('cgroup', engine.cgroupVersion === null ? null : <Cgroup version={engine.cgroupVersion} />),
          line('rootless', engine.rootless === null ? null : t(engine.rootless ? 'engine.isRootless' : 'engine.isRootful')),
        ]}
      />
    </section>
  )
}

function Cgroup({ version }: { readonly version: '1' | '2' }) {
  const { t } = useTranslation('machine')
  if (version === '2') return 'v2'
  return (
    <span className="machine-cgroup">
      <State tone="warn">v1</State>
      <span>{t('engine.cgroupOld')}</span>
    </span>
  )
}
