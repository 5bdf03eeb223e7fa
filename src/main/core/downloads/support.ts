import type { ReleaseMinor } from '#shared/contract/downloads.ts'
import { minors } from './minors.ts'

type Dates = Pick<ReleaseMinor, 'releasedOn' | 'maintenanceOn' | 'endsOn' | 'datesFrom'>

/**
 * When a minor came and when it ends. Of one that is not listed: it comes four months after the one before, is supported for twelve months and maintained for two more,
 * each to the 28th: https://kubernetes.io/releases/patch-releases/#support-period. Pure.
 */
export function datesOf(minor: number): Dates | null {
  const listed = minors.find((one) => one.minor === minor)
  if (listed) {
    const { releasedOn, maintenanceOn, endsOn } = listed
    return { releasedOn, maintenanceOn, endsOn, datesFrom: 'page' }
  }
  const newest = minors[0]
  if (!newest || minor < newest.minor) return null
  const releasedOn = monthsAfter(newest.releasedOn, 4 * (minor - newest.minor), null)
  return { releasedOn, maintenanceOn: monthsAfter(releasedOn, 12, 28), endsOn: monthsAfter(releasedOn, 14, 28), datesFrom: 'rule' }
}

/** What that means on a day, `2026-11-26`. The last day still counts. Pure. */
export function stateOn(today: string, { releasedOn, maintenanceOn, endsOn }: Dates): ReleaseMinor['state'] {
  if (today < releasedOn) return 'upcoming'
  if (today > endsOn) return 'ended'
  return today >= maintenanceOn ? 'maintenance' : 'supported'
}

/** `2026-11-26` in UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The same day of a later month, or `day` of it; the month's last where it has no such day. */
function monthsAfter(from: string, months: number, day: number | null): string {
  const [year = 0, month = 1, sameDay = 1] = from.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return dayOf(Date.UTC(year, month - 1 + months, Math.min(day ?? sameDay, last)))
}
