import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tool, ToolName } from '#shared/contract/toolchain.ts'
import { Select, State } from '../../ui/index.ts'
import { useCopyProblem, useShownPath } from '../machine/tool-words.ts'
import { useChoose } from '../machine/use-toolchain.ts'
import { SettingRow } from './setting-row.tsx'
import { TypedSetting } from './typed-setting.tsx'

type ToolChoiceProps = {
  readonly name: ToolName
  /** Null: not told yet. */
  readonly tool: Tool | null
  readonly chosen: string | null
  readonly readOnly: boolean
  readonly readOnlyId: string
}

const byItself = 'auto'
const another = 'other'

/** Which copy of a tool is used: Cove chooses by itself, one of those found, or one at a path that is typed. */
export function ToolChoice({ name, tool, chosen, readOnly, readOnlyId }: ToolChoiceProps) {
  const { t } = useTranslation('settings')
  const id = useId()
  const shown = useShownPath()
  const problem = useCopyProblem()
  const choose = useChoose()
  const [typing, setTyping] = useState(false)
  const copies = tool?.copies ?? []
  const broken = copies.find((copy) => copy.origin === 'chosen' && copy.problem !== null)
  const byItselfUses = chosen === null ? tool?.used : null
  const options = [
    {
      value: byItself,
      label: t('tools.byItself'),
      hint: byItselfUses ? [byItselfUses.version, shown(byItselfUses.path)].filter(Boolean).join(' ') : undefined,
    },
    ...copies.map((copy) => ({
      value: copy.path,
      label: shown(copy.path),
      hint: copy.problem ? problem(copy.problem) : copy.version,
      disabled: copy.problem !== null,
    })),
    ...(chosen !== null && !copies.some((copy) => copy.path === chosen) ? [{ value: chosen, label: shown(chosen) }] : []),
    { value: another, label: t('tools.another') },
  ]
  const said =
    broken?.problem && !choose.isPending ? (
      <State tone="warn">{t('tools.broken', { problem: problem(broken.problem) })}</State>
    ) : chosen !== null && tool?.used ? (
      <span className="fg-3 sm">{tool.used.version}</span>
    ) : byItselfUses ? (
      <span className="fg-3 sm cut">
        {byItselfUses.version ? `${byItselfUses.version} ` : ''}
        {shown(byItselfUses.path)}
      </span>
    ) : tool?.state === 'absent' ? (
      <span className="fg-3 sm">{t('tools.absent')}</span>
    ) : tool?.state === 'unknown' && tool.error ? (
      <span className="fg-3 sm">{t('tools.unknown', { problem: problem(tool.error) })}</span>
    ) : null
  return (
    <>
      <SettingRow
        id={id}
        label={name}
        mono
        result={typing ? 'idle' : choose.isPending ? 'saving' : choose.isSuccess && !broken ? 'saved' : 'idle'}
        note={said}
        error={typing ? null : choose.error}
      >
        <Select
          id={id}
          className="setting-control"
          value={typing ? another : (chosen ?? byItself)}
          options={options}
          disabled={readOnly}
          onValueChange={(value) => {
            setTyping(value === another)
            choose.reset()
            if (value !== another && value !== (chosen ?? byItself)) choose.mutate({ tool: name, path: value === byItself ? null : value })
          }}
        />
      </SettingRow>
      {typing ? (
        <TypedSetting
          label={t('tools.path', { tool: name })}
          saved={chosen ?? ''}
          placeholder="/usr/local/bin/…"
          readOnly={readOnly}
          readOnlyId={readOnlyId}
          problem={(value, editing) => (isFullPath(value) || (editing && value.trim() === '') ? null : t('tools.notFull'))}
          refused={(value) => !isFullPath(value)}
          save={choose}
          onSave={(path, done) =>
            choose.mutate(
              { tool: name, path },
              {
                onSuccess: () => {
                  done()
                  setTyping(false)
                },
              },
            )
          }
        />
      ) : null}
    </>
  )
}

/** `/usr/bin/kubectl`, `C:\kubectl.exe`, `\\server\share\kubectl.exe`. A `~` is the shell's, not the system's. */
export function isFullPath(text: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)./.test(text.trim())
}
