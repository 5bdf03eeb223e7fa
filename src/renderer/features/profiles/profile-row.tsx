import { useNavigate } from '@tanstack/react-router'
import { Copy, Download, Ellipsis, PencilRuler, Repeat2, SquarePen, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '#shared/contract/profiles.ts'
import { Age, Button, Cell, IconButton, Menu, Row } from '../../ui/index.ts'
import { type ProfileActions, useProfiles } from './use-profiles.ts'

export function ProfileRow({
  profile,
  actions,
  onRename,
  onRemove,
}: {
  readonly profile: Profile
  readonly actions: ProfileActions
  readonly onRename: (profile: Profile) => void
  readonly onRemove: (profile: Profile) => void
}) {
  const { t } = useTranslation('profiles')
  const navigate = useNavigate()
  const list = useProfiles()
  const open = (focus?: 'version') =>
    void navigate({ to: '/clusters/new', search: { profile: profile.id, ...(focus === undefined ? {} : { focus }) } })
  return (
    <Row onOpen={() => open()} label={profile.name}>
      <Cell className="strong cut" title={profile.file}>
        {profile.name}
      </Cell>
      <Cell className="fg-2">{profile.provider}</Cell>
      <Cell className="mono cut">{profile.version ?? <span className="fg-3">{t('best')}</span>}</Cell>
      <Cell>{t('nodes', { planes: profile.controlPlanes, workers: profile.workers })}</Cell>
      <Cell className="fg-2">
        <Age at={profile.modifiedAt} ago />
      </Cell>
      <Cell className="actions open">
        <Button size="small" onClick={() => open()} aria-label={t('useNamed', { name: profile.name })}>
          {t('use')}
        </Button>
        <Menu
          trigger={<IconButton small icon={Ellipsis} className="stay" label={t('more', { name: profile.name })} />}
          items={[
            { id: 'edit', icon: PencilRuler, label: t('menu.edit'), onSelect: () => open() },
            { id: 'version', icon: Repeat2, label: t('menu.version'), onSelect: () => open('version') },
            'line',
            {
              id: 'copy',
              icon: Copy,
              label: t('menu.duplicate'),
              onSelect: () =>
                actions.duplicate(
                  profile,
                  (list.data?.profiles ?? []).map((one) => one.name),
                ),
            },
            { id: 'rename', icon: SquarePen, label: t('menu.rename'), onSelect: () => onRename(profile) },
            { id: 'export', icon: Download, label: t('menu.export'), onSelect: () => actions.export(profile) },
            'line',
            { id: 'remove', icon: Trash2, warns: true, label: t('menu.remove'), onSelect: () => onRemove(profile) },
          ]}
        />
      </Cell>
    </Row>
  )
}
