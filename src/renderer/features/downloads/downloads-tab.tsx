import { useTranslation } from 'react-i18next'
import type { Releases } from '#shared/contract/downloads.ts'
import { SkeletonRows, Table } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'
import { DownloadedSection } from './downloaded-section.tsx'
import { FilesSection } from './files-section.tsx'
import { ImagesSection } from './images-section.tsx'
import { MirrorsSection } from './mirrors-section.tsx'
import { useBuild } from './use-build.ts'
import { useReleases } from './use-downloads.ts'
import { VersionChoice } from './version-choice.tsx'
import './downloads.css'

/** Everything that Kubernetes publishes for a version, for this machine and others: programs, archives and container images. */
export function DownloadsTab() {
  const { t } = useTranslation('downloads')
  const { t: common } = useTranslation('common')
  const releases = useReleases()
  const unread = releases.error ? (
    <ErrorNotice
      className="page-notice"
      {...(releases.data ? { tone: 'warn' as const } : {})}
      error={releases.error}
      onRetry={() => void releases.refetch()}
    />
  ) : null
  if (releases.data)
    return (
      <>
        {unread}
        <Chosen releases={releases.data} />
      </>
    )
  if (unread) return unread
  return (
    <Table label={t('files.title')} columns={[{ key: 'name', label: common('name') }]} className="downloads-loading" busy>
      <SkeletonRows rows={10} columns={1} label={common('loading')} />
    </Table>
  )
}

function Chosen({ releases }: { readonly releases: Releases }) {
  const [build, setBuild] = useBuild(releases)
  return (
    <>
      <VersionChoice releases={releases} build={build} onBuild={setBuild} />
      <FilesSection releases={releases} build={build} />
      <DownloadedSection />
      <ImagesSection key={build.version} version={build.version} />
      <MirrorsSection />
    </>
  )
}
