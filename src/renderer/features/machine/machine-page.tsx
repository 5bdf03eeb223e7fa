import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MachineSearch, MachineTabId } from '../../routes.tsx'
import { Scroll, TabPanel, Tabs } from '../../ui/index.ts'
import { HostRecords } from '../host-changes/host-records.tsx'
import { Page } from '../shell/page.tsx'
import { TargetFrame } from '../targets/target-frame.tsx'
import { TargetBuild, TargetStatus } from '../targets/target-status.tsx'
import { MachineStatus } from './machine-status.tsx'
import { type MachineTab, machineTabs } from './tabs.ts'
import { useToolchain } from './use-toolchain.ts'
import './machine.css'

/** This machine, and others that can be reached from it: what is there, what is missing, what can be made right. */
export function MachinePage() {
  const { t } = useTranslation('machine')
  const navigate = useNavigate()
  const search: MachineSearch = useSearch({ strict: false })
  const { list } = useToolchain()
  const snapshot = list.data
  const shown = machineTabs.find((tab) => tab.id === search.tab) ?? machineTabs[0]
  const target = search.target ?? 'local'
  const onTarget = shown !== undefined && works(shown, search)
  const kept = search.intent ? { intent: search.intent } : {}
  const go = (next: MachineSearch) => void navigate({ to: '/machine', search: next, replace: true })
  return (
    <Page
      title={t('title')}
      status={onTarget ? <TargetStatus id={target} /> : snapshot ? <MachineStatus snapshot={snapshot} old={list.error !== null} /> : null}
      statusEnd={
        onTarget ? <TargetBuild id={target} /> : snapshot ? <span className="mono">{`${snapshot.os}/${snapshot.arch}`}</span> : null
      }
    >
      <Tabs<MachineTabId>
        label={t('tabs')}
        value={shown?.id ?? 'tools'}
        onValueChange={(tab) =>
          go({ ...(tab === machineTabs[0]?.id ? {} : { tab }), ...kept, ...(search.target ? { target: search.target } : {}) })
        }
        tabs={machineTabs.map((tab) => ({ value: tab.id, label: t(`tab.${tab.id}`) }))}
      >
        {machineTabs.map((tab) => (
          <TabPanel key={tab.id} value={tab.id}>
            {tab.Head ? <tab.Head /> : null}
            {works(tab, search) ? (
              <TargetFrame
                id={target}
                onChoose={(next) => go({ tab: tab.id, ...kept, ...(next === 'local' ? {} : { target: next }) })}
                below={<HostRecords key={`changes of ${target}`} target={target} />}
              >
                <tab.Component key={target} target={target} />
              </TargetFrame>
            ) : (
              <Scroll>
                <tab.Component target="local" />
              </Scroll>
            )}
          </TabPanel>
        ))}
      </Tabs>
    </Page>
  )
}

const works = ({ onTarget }: MachineTab, search: MachineSearch): boolean => (typeof onTarget === 'function' ? onTarget(search) : onTarget)
