import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { appErrorSchema } from '../messages/error.ts'
import { contextRef, epochMs, procedure } from './base.ts'
import { allJournalUnits } from '../journal-units.ts'

export const workloadTypeSchema = z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'])

/** One thing a log view looks at. `container: null` is all of a pod, init and ephemeral ones too. */
export const logPartSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pod'),
    namespace: z.string().min(1),
    pod: z.string().min(1),
    container: z.string().nullable().default(null),
  }),
  z.object({
    kind: z.literal('workload'),
    namespace: z.string().min(1),
    /** As in `Pod.owner`. */
    type: workloadTypeSchema,
    name: z.string().min(1),
    container: z.string().nullable().default(null),
  }),
  /** `namespace: null` is all namespaces; an empty selector is every pod. */
  z.object({
    kind: z.literal('selector'),
    namespace: z.string().nullable(),
    selector: z.string(),
    container: z.string().nullable().default(null),
  }),
  /** A unit's journal on a node of a local cluster. */
  z.object({ kind: z.literal('journal'), node: z.string().min(1), unit: z.enum(allJournalUnits) }),
  /** A container of a pod that is gone, while its files are on the node of a local cluster. */
  z.object({
    kind: z.literal('gone'),
    node: z.string().min(1),
    namespace: z.string(),
    pod: z.string(),
    podUid: z.string().min(1),
    container: z.string(),
  }),
  /** A log file of this machine, `.gz` too. */
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  /** A file that the page sends with `feed`. */
  z.object({ kind: z.literal('upload'), name: z.string().min(1) }),
])
export type LogPart = z.infer<typeof logPartSchema>

export const logOpenSchema = z.object({
  /** Null where no part needs a cluster. */
  context: contextRef.nullable(),
  parts: z.array(logPartSchema).min(1).max(200),
  /** Last lines of each container to begin with; null: all that the API has. */
  tail: z.number().int().min(0).max(10_000_000).nullable().default(1000),
  /** RFC 3339; only lines at or after it. */
  since: z.string().nullable().default(null),
  follow: z.boolean().default(true),
  /** Only the run before the present one. */
  previous: z.boolean().default(false),
})
export type LogOpen = z.infer<typeof logOpenSchema>

export const logLevels = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export const logLevelSchema = z.enum(logLevels)
export type LogLevel = z.infer<typeof logLevelSchema>

export const logPatternSchema = z.object({
  text: z.string().min(1).max(10_000),
  regex: z.boolean().default(false),
  matchCase: z.boolean().default(false),
  wholeWord: z.boolean().default(false),
})
export type LogPattern = z.infer<typeof logPatternSchema>

/** `took_ms > 1000`, on JSON lines and logfmt; `path` is dotted. Numbers are compared as numbers where both are. */
export const logFieldSchema = z.object({
  path: z.string().min(1).max(500),
  op: z.enum(['=', '!=', '>', '>=', '<', '<=', '~', 'exists', 'missing']),
  value: z.string().max(10_000).default(''),
})
export type LogField = z.infer<typeof logFieldSchema>

/** Everything must hold. Rows of Cove's own stay unless their source is hidden or out of the time range. */
export const logFilterSchema = z.object({
  include: z.array(logPatternSchema).max(20).default([]),
  exclude: z.array(logPatternSchema).max(20).default([]),
  fields: z.array(logFieldSchema).max(20).default([]),
  /** Null: all. */
  levels: z.array(logLevelSchema).nullable().default(null),
  /** `LogSource.index` of those not shown. */
  hidden: z.array(z.number().int().nonnegative()).max(2000).default([]),
  stream: z.enum(['stdout', 'stderr']).nullable().default(null),
  /** RFC 3339, from inclusive, to exclusive. */
  from: z.string().nullable().default(null),
  to: z.string().nullable().default(null),
  /** Lines kept before and after each match. */
  context: z.number().int().min(0).max(50).default(0),
  /** Stack traces as one row. */
  fold: z.boolean().default(true),
})
export type LogFilter = z.infer<typeof logFilterSchema>

/** What Cove has to say between the lines. Times: RFC 3339. */
export const logNoteSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('restarted'),
    exitCode: z.number().nullable(),
    reason: z.string(),
    restarts: z.number(),
    /** How long the run before had run, ms. */
    ranMs: z.number().nullable(),
  }),
  /** Lines between `from` and `to` may be missing and could not be had. `dropped`: the view's cap, `rotated`: the log was turned over meanwhile. */
  z.object({
    type: z.literal('gap'),
    from: z.string().nullable(),
    to: z.string().nullable(),
    reason: z.enum(['connection', 'rotated', 'dropped', 'unreadable']),
  }),
  /** The stream was cut and goes on without a missing line. */
  z.object({ type: z.literal('resumed'), from: z.string().nullable(), to: z.string().nullable() }),
  z.object({
    type: z.literal('ended'),
    reason: z.enum(['completed', 'pod-gone', 'previous', 'not-following', 'file']),
    exitCode: z.number().nullable(),
  }),
])
export type LogNote = z.infer<typeof logNoteSchema>

export const logRowSchema = z.object({
  /** Stays the same as long as the view is open. */
  id: z.number(),
  source: z.number(),
  /** RFC 3339 with nanoseconds; null when the line had none. */
  time: z.string().nullable(),
  level: logLevelSchema,
  /** Null: not known. */
  stream: z.enum(['stdout', 'stderr']).nullable(),
  /** Control characters other than SGR (`ESC [ … m`) made harmless; at most `rowTextLength` characters. */
  text: z.string(),
  /** Characters of the line that `text` leaves out. */
  more: z.number(),
  /** Lines of a stack trace folded into this row. */
  folded: z.number(),
  /** Came after later lines had been shown. */
  late: z.boolean(),
  /** Not found by the filter itself: stands here as context. */
  context: z.boolean(),
  /** Null: no bookmark; else its note, which may be empty. */
  bookmark: z.string().nullable(),
  /** Null: a line. */
  note: logNoteSchema.nullable(),
})
export type LogRow = z.infer<typeof logRowSchema>
export const rowTextLength = 4096
export const sourceMessageLength = 1000

export const logSourceSchema = z.object({
  index: z.number(),
  kind: z.enum(['container', 'journal', 'file']),
  /** `shop/web-6d4f-x4k2p/nginx`, `worker/kubelet`, a path. */
  name: z.string(),
  /** As short as tells it from the others: `web·x4k2p`. */
  short: z.string(),
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
  container: z.string().nullable(),
  containerKind: z.enum(['container', 'init', 'sidecar', 'ephemeral']).nullable(),
  /** `Deployment/web` */
  owner: z.string().nullable(),
  node: z.string().nullable(),
  state: z.enum(['connecting', 'following', 'waiting', 'reconnecting', 'ended', 'failed']),
  /** Why it waits, as the API says (`CrashLoopBackOff`, `ImagePullBackOff` …), or ended. */
  reason: z.string(),
  /** What the API says beside the reason (`secret "db" not found`), in its own words and on one line; empty where it says nothing. At most `sourceMessageLength` characters. */
  message: z.string(),
  exitCode: z.number().nullable(),
  restarts: z.number(),
  error: appErrorSchema.nullable(),
  lines: z.number(),
  /** Over the last seconds. */
  linesPerSecond: z.number(),
  /** A run before this one ended. */
  hasPrevious: z.boolean(),
  /** How the newest run that is over ended (`OOMKilled`, `Error` …). `number`: of restarts before it, 0 for the first run. Null: none is known. */
  lastRun: z.object({ number: z.number(), exitCode: z.number(), reason: z.string(), ranMs: z.number().nullable() }).nullable(),
})
export type LogSource = z.infer<typeof logSourceSchema>

/** Sent whole, at most every 50 ms, when something in it has changed; sooner until there are lines. */
export const logViewSchema = z.object({
  /** Rows in all, with those the filter leaves out; without dropped ones. A stack trace that is folded is one. */
  total: z.number(),
  /** Rows that the filter lets through; what `rows` counts. */
  shown: z.number(),
  /** Counts up whenever rows before the last one changed their place, so that what was fetched is old. */
  layout: z.number(),
  /** 0 to 1: how much the filter has looked at. */
  filtered: z.number(),
  filterError: appErrorSchema.nullable(),
  /** Rows by level that ever came, in the order of `logLevels`; with those dropped since. */
  levels: z.array(z.number()),
  find: z
    .object({
      hits: z.number(),
      /** 0 to 1. */
      done: z.number(),
      /** Hits along the shown rows, in equal parts. */
      heat: z.array(z.number()),
      /** It was given up: `search-too-slow`, or a bug. */
      error: appErrorSchema.nullable(),
    })
    .nullable(),
  /** Lines that the cap took away, oldest first. */
  dropped: z.number(),
  /** Why lines went before the cap was reached: `disk-full`, `file-unreadable`. */
  spillError: appErrorSchema.nullable(),
  /** Of the lines that are kept, in memory and on the disk. */
  bytes: z.number(),
  capBytes: z.number(),
  linesPerSecond: z.number(),
  sources: z.array(logSourceSchema),
  /** Of who the view looks at; null: the list is current. */
  membershipError: appErrorSchema.nullable(),
  /** Whether the nodes' own files can be read, and how far that is. */
  history: z.object({
    state: z.enum(['unavailable', 'available', 'loading', 'loaded', 'failed']),
    done: z.number(),
    error: appErrorSchema.nullable(),
  }),
  pinned: z.boolean(),
})
export type LogViewState = z.infer<typeof logViewSchema>

export const logGoneSchema = z.object({
  node: z.string(),
  namespace: z.string(),
  pod: z.string(),
  podUid: z.string(),
  container: z.string(),
  /** On the disk of the node. */
  bytes: z.number(),
  writtenAt: epochMs,
})
export type LogGone = z.infer<typeof logGoneSchema>

const view = z.object({ viewId: z.string() })

export const logSaveSchema = view.extend({
  what: z.enum(['shown', 'all']),
  format: z.enum(['text', 'jsonl']),
  /** Of `text`: source and time before each line. */
  prefix: z.boolean(),
  gzip: z.boolean(),
  /** Of the file, not its path. */
  name: z
    .string()
    .max(200)
    .regex(/^[^\p{C}/\\]+$/u),
})
export type LogSave = z.infer<typeof logSaveSchema>
export type LogExport = Omit<LogSave, 'gzip' | 'name'>
export const logSaveEventSchema = z.discriminatedUnion('type', [
  /** An address of the host that gives the file: once, and only if it is asked for within a minute. */
  z.object({ type: z.literal('offered'), path: z.string() }),
  /** Bytes of text read so far, before they are packed. Sent first when the file is asked for. */
  z.object({ type: z.literal('read'), bytes: z.number() }),
])
export type LogSaveEvent = z.infer<typeof logSaveEventSchema>
const place = z.object({ at: z.number(), id: z.number() })

export const logRowsRequestSchema = view.extend({
  /** Where to begin: a place among the shown rows; or so many rows from a row that is known by its id (the nearest shown one), or from the first at or after a time. */
  from: z.union([z.number().int().nonnegative(), z.object({ id: z.number(), offset: z.number().int() }), z.object({ time: z.string() })]),
  count: z.number().int().min(1).max(1000),
})
export type LogRowsRequest = z.infer<typeof logRowsRequestSchema>
export const logRowsSchema = z.object({ layout: z.number(), shown: z.number(), from: z.number(), rows: z.array(logRowSchema) })
export type LogRows = z.infer<typeof logRowsSchema>

export const logHistogramSchema = z.object({
  /** Epoch ms. */
  from: epochMs,
  to: epochMs,
  /** One array for each of `logLevels`, one count for each bucket. */
  counts: z.array(z.array(z.number())),
  gaps: z.array(z.object({ from: epochMs, to: epochMs })),
})
export type LogHistogram = z.infer<typeof logHistogramSchema>

const logWorkloadSchema = z.object({ namespace: z.string(), type: workloadTypeSchema, name: z.string() })
export type LogWorkload = z.infer<typeof logWorkloadSchema>
const logWorkloadsSchema = z.object({ workloads: z.array(logWorkloadSchema), error: appErrorSchema.nullable() })
export type LogWorkloads = z.infer<typeof logWorkloadsSchema>

/** `values`: in the order of the paths, at most `fieldValueLength` characters each; null: the line has no such field. Null as a whole: the line is longer than is read for this. */
export const logValuesSchema = z.array(z.object({ id: z.number(), values: z.array(z.string().nullable()).nullable() }))
export type LogValues = z.infer<typeof logValuesSchema>
export const fieldValueLength = 1000

export const logs = {
  /** Somebody chooses what to read in a context: what its logs come through is made ready and held as long as this is listened to, some minutes at most. Told when it is. */
  prepare: procedure.input(contextRef).output(eventIterator(z.null())),
  open: procedure.input(logOpenSchema).output(view),
  /** The state, then each change. A view that is not pinned ends some seconds after its last watcher left. */
  watch: procedure.input(view).output(eventIterator(logViewSchema)),
  rows: procedure.input(logRowsRequestSchema).output(logRowsSchema),
  /** Throws `bad-input` for a pattern that is none; the filter before it stays. */
  filter: procedure.input(view.extend({ filter: logFilterSchema })).output(z.null()),
  find: procedure.input(view.extend({ pattern: logPatternSchema.nullable() })).output(z.null()),
  /** The next hit after (`next`) or before a place among the shown rows, round the end; `index`: its number among all hits, from 0. Null: no hit. */
  seek: procedure
    .input(view.extend({ at: z.number(), direction: z.enum(['next', 'previous']) }))
    .output(place.extend({ index: z.number() }).nullable()),
  /** Lines by time, of the shown rows or of all. Null: no line has a time. */
  histogram: procedure
    .input(
      view.extend({
        buckets: z.number().int().min(1).max(500),
        from: epochMs.nullable().default(null),
        to: epochMs.nullable().default(null),
      }),
    )
    .output(logHistogramSchema.nullable()),
  /** The whole text of a line, with its pieces, and the lines folded into it. */
  line: procedure
    .input(view.extend({ id: z.number() }))
    .output(z.object({ text: z.string(), cut: z.boolean(), trace: z.array(z.string()) })),
  /** Fields of lines that their rows hold only in part, for columns. Lines that are gone are left out. */
  values: procedure
    .input(
      view.extend({
        ids: z.array(z.number().int().nonnegative()).min(1).max(20),
        paths: z.array(z.string().min(1).max(500)).min(1).max(50),
      }),
    )
    .output(logValuesSchema),
  /**
   * What is shown, or all, as a file that the host sends to whoever asks for the address. Ends when all of it was taken. Whoever stops listening ends the
   * download, which fails then. Throws `save-not-begun`, `save-stopped`, and `not-found` where the view is closed meanwhile.
   */
  save: procedure.input(logSaveSchema).output(eventIterator(logSaveEventSchema)),
  /** Reads the nodes' own files: what the API no longer has goes before what is there. */
  loadHistory: procedure.input(view).output(z.null()),
  bookmark: procedure.input(view.extend({ id: z.number(), note: z.string().max(2000).nullable() })).output(z.null()),
  bookmarks: procedure.input(view).output(z.array(place.extend({ note: z.string() }))),
  /** A pinned view goes on while nobody watches it. */
  pin: procedure.input(view.extend({ pinned: z.boolean() })).output(z.null()),
  /** Workloads that can be looked at, with pods or without; `namespace: null` is all namespaces. `error`: some kinds of them could not be read. */
  workloads: procedure.input(contextRef.extend({ namespace: z.string().nullable().default(null) })).output(logWorkloadsSchema),
  /** Containers of pods that are gone and whose files are still on a node, the last written first; of a local cluster only. */
  gone: procedure.input(contextRef).output(z.array(logGoneSchema)),
  /** Views that are open, pinned ones first. */
  views: procedure.input(z.void()).output(z.array(view.extend({ open: logOpenSchema, pinned: z.boolean(), lines: z.number() }))),
  close: procedure.input(view).output(z.null()),
  /** Bytes of an `upload`, base64; `part` is its place in `parts`. A message to core holds 1 MiB at most. */
  feed: procedure.input(view.extend({ part: z.number().int(), data: z.string().max(900_000), last: z.boolean() })).output(z.null()),
}
