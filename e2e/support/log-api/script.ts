/** What the scripted API holds. It is JSON: the server is a process of its own. */
export type LogScript = {
  readonly pods: readonly ScriptedPod[]
  /** Objects as they are, by the path of their list (`/apis/apps/v1/namespaces/default/deployments`). */
  readonly objects?: Readonly<Record<string, readonly ScriptedObject[]>>
  /** Who does not bring it as a bearer token is answered 401; it is all over TLS then. */
  readonly token?: string
  /** Each answer begins so much later. */
  readonly delayMs?: number
}

export type ScriptedObject = { readonly metadata: { readonly name: string; readonly [field: string]: unknown } } & Readonly<
  Record<string, unknown>
>

export type ScriptedPod = {
  /** Default: `default`. */
  readonly namespace?: string
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly containers: readonly ScriptedContainer[]
  /** Laid over the whole pod object, lists as a whole. */
  readonly over?: Readonly<Record<string, unknown>>
}

export type ScriptedContainer = {
  readonly name: string
  readonly log: ScriptedLog
  /** The run before this one. */
  readonly previous?: ScriptedLog
  /** What happens to each stream that follows, so long after it began: its end without a fault, or a reset. */
  readonly cut?: { readonly everyMs: number; readonly how: 'end' | 'reset' }
  /** Its log is refused with this status and message. */
  readonly refused?: { readonly code: number; readonly reason: string; readonly message: string }
  /** Laid over its entry in `containerStatuses`. */
  readonly status?: Readonly<Record<string, unknown>>
}

/**
 * `numbered`: lines of 120 bytes with number and checksum. `past` of them are there from the beginning, one for each ms before the start;
 * the phases come one after the other from `start` on. `raw`: those bytes, all in the past, one ms or `everyMs` apart.
 */
export type ScriptedLog =
  | { readonly kind: 'numbered'; readonly past: number; readonly phases?: readonly Phase[] }
  | { readonly kind: 'raw'; readonly lines: readonly RawLine[]; readonly everyMs?: number }

export type Phase = { readonly lines: number; readonly perSecond: number }

/** Without newline. `repeat`: so often one after the other, for lines too long to be sent as JSON. */
export type RawLine = { readonly base64: string; readonly repeat?: number }
