/** One minor as the project lists it; days in UTC. */
export type ListedMinor = {
  readonly minor: number
  readonly releasedOn: string
  readonly maintenanceOn: string
  readonly endsOn: string
  /** Newest patch when this was read, or a newer one whose images are known (`image-table.ts`). */
  readonly newest: string
}

export const minorsSource = 'https://kubernetes.io/releases/patch-releases/'
/** The day on which the list was last compared with its source. */
export const minorsAsOf = '2026-09-15'

const listed = (minor: number, releasedOn: string, maintenanceOn: string, endsOn: string, newest: string): ListedMinor => ({
  minor,
  releasedOn,
  maintenanceOn,
  endsOn,
  newest,
})

/** Newest first. Ended ones end on the day of their last patch, as the source says. */
export const minors: readonly ListedMinor[] = [
  listed(37, '2026-08-26', '2027-08-28', '2027-10-28', 'v1.37.2'),
  listed(36, '2026-04-22', '2027-04-28', '2027-06-28', 'v1.36.5'),
  listed(35, '2025-12-17', '2026-12-28', '2027-02-28', 'v1.35.9'),
  listed(34, '2025-08-27', '2026-08-27', '2026-10-27', 'v1.34.12'),
  listed(33, '2025-04-23', '2026-04-28', '2026-06-28', 'v1.33.13'),
  listed(32, '2024-12-11', '2025-12-28', '2026-02-28', 'v1.32.13'),
  listed(31, '2024-08-13', '2025-08-28', '2025-11-11', 'v1.31.14'),
  listed(30, '2024-04-17', '2025-04-28', '2025-07-15', 'v1.30.14'),
  listed(29, '2023-12-13', '2024-12-28', '2025-02-28', 'v1.29.15'),
  listed(28, '2023-08-15', '2024-08-28', '2024-10-22', 'v1.28.15'),
  listed(27, '2023-04-11', '2024-04-28', '2024-07-16', 'v1.27.16'),
  listed(26, '2022-12-09', '2023-12-28', '2024-02-28', 'v1.26.15'),
]
