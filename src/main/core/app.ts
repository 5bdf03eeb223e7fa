/** What only one host can do. */
export type Host = {
  readonly kind: 'electron' | 'web'
  /** Opens an https address outside Cove. False: this host cannot. */
  openUrl(url: string): Promise<boolean>
}

export type AppOptions = {
  /** Cove's own folder, made with mode 0700: bin/ settings.json jobs/ commands/ backups/ tmp/ */
  readonly dataDir: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly host: Host
  readonly version: string
}
