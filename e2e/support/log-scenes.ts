import { podOf } from './log-api.ts'
import type { LogScript, RawLine } from './log-api/script.ts'

const text = (line: string): RawLine => ({ base64: Buffer.from(line).toString('base64') })

/** 300 JSON lines with fields, each tenth of them an error, a stack trace, and a last plain line. */
const shop = [
  ...Array.from({ length: 300 }, (_, at) => {
    const n = at + 1
    const level = n % 10 === 0 ? 'error' : 'info'
    return text(JSON.stringify({ level, n, msg: level === 'error' ? 'order refused' : 'order accepted', customer: n % 7, took_ms: n }))
  }),
  text('ERROR java.lang.IllegalStateException: order 301 is closed'),
  text('\tat shop.Orders.close(Orders.java:40)'),
  text('\tat shop.Main.main(Main.java:12)'),
  text('INFO n=301 请求完成'),
]

const past = { kind: 'numbered', past: 2 } as const
const waiting = (reason: string, message: string) => ({ ready: false, state: { waiting: { reason, message } } })

/** Pods in every state that a log view has words for. */
export const scenes: LogScript = {
  pods: [
    podOf('shop', { kind: 'raw', lines: shop, everyMs: 1000 }),
    podOf('live', { kind: 'numbered', past: 3000, phases: [{ lines: 4000, perSecond: 200 }] }),
    podOf('quiet', { kind: 'numbered', past: 0 }),
    podOf('pulling', past, {
      status: waiting('ImagePullBackOff', 'Back-off pulling image "nowhere/none:1"'),
      refused: {
        code: 400,
        reason: 'BadRequest',
        message: 'container "pulling" in pod "pulling" is waiting to start: trying and failing to pull image',
      },
    }),
    podOf('crashing', past, {
      previous: { kind: 'numbered', past: 3 },
      status: {
        ...waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container'),
        restartCount: 4,
        // While it waits the newest run is the one that ended last, as the kubelet says it.
        containerID: 'containerd://crashed',
        lastState: {
          terminated: {
            containerID: 'containerd://crashed',
            exitCode: 3,
            reason: 'Error',
            startedAt: '2026-01-01T00:00:00Z',
            finishedAt: '2026-01-01T00:00:05Z',
          },
        },
      },
    }),
    podOf('secret', past, {
      refused: {
        code: 403,
        reason: 'Forbidden',
        message: 'pods "secret" is forbidden: User "me" cannot get resource "pods/log" in API group "" in the namespace "default"',
      },
    }),
  ],
}
