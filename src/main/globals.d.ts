/** Version of package.json, put in by the build. */
declare const __COVE_VERSION__: string

interface ImportMetaEnv {
  /** By Vite: true only under `electron-vite dev`. */
  readonly DEV: boolean
}
interface ImportMeta {
  readonly env: ImportMetaEnv
}
