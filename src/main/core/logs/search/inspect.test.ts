import { describe, expect, test } from 'vitest'
import { flag, flagsOf, levelOf, levels, tagOf } from '../store/layout.ts'
import { inspectLine } from './inspect.ts'

const inspect = (text: string, previousTag = -1) => {
  const bytes = Buffer.from(`..${text}\n`)
  return inspectLine(bytes, 2, bytes.length - 1, previousTag)
}
const levelName = (text: string) => levels[levelOf(inspect(text))]

describe('the level stands where loggers put it', () => {
  test.each([
    ['{"level":"error","msg":"x"}', 'error'],
    ['{"time":"2026-09-14T14:08:21Z","severity":"WARNING","message":"error"}', 'warn'],
    ['{"lvl":"dbg","msg":"x"}', 'debug'],
    ['{"level":30,"time":1,"msg":"pino"}', 'info'],
    ['{"level":60,"msg":"pino"}', 'fatal'],
    ['{"msg":"level of the sea"}', 'none'],
    ['{"@timestamp":"x","log.level":"INFO","message":"ecs"}', 'info'],
    ['I0914 14:08:24.118302    1327 main.go:10] started', 'info'],
    ['E0914 14:08:24.118302    1327 pod_workers.go:1324] "Error syncing pod, skipping"', 'error'],
    ['W0914 14:08:24.118302       1 warnings.go:70] x', 'warn'],
    ['F0914 14:08:24.118302       1 main.go:1] x', 'fatal'],
    ['time="2026-09-14T14:08:24Z" level=warning msg="slow"', 'warn'],
    ['ts=2026-09-14T14:08:24Z caller=main.go:5 level=info msg=x', 'info'],
    ['lvl=eror msg=x', 'error'],
    ['level="debug" msg=x', 'debug'],
    ['[ERROR] no such file', 'error'],
    ['[warn] careful', 'warn'],
    ['2026-09-14 14:08:24,118 ERROR [main] o.s.App - failed', 'error'],
    ['2026-09-14 14:08:24.118  INFO 1 --- [main] App : started', 'info'],
    ['2026-09-14T14:08:24.118Z\tWARN\tcontroller/x.go:5\tslow', 'warn'],
    ['INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 200 OK', 'info'],
    ['DEBUG cache miss', 'debug'],
    ['2026-09-14 14:08:24 UTC [1] LOG:  checkpoint complete', 'info'],
    ['2026-09-14 14:08:24 UTC [1] FATAL:  password authentication failed', 'fatal'],
    ['2026-09-14 14:08:24 UTC [1] ERROR:  relation "x" does not exist', 'error'],
    ['\u001b[31mERROR\u001b[0m broken', 'error'],
    ['\u001b[32mINFO\u001b[0m[0000] started', 'info'],
    ['error: unknown flag', 'error'],
    ['Error: connect ECONNREFUSED', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['Traceback (most recent call last):', 'error'],
    ['Exception in thread "main" java.lang.IllegalStateException', 'error'],
    ['2026/09/14 14:08:24 [error] 29#29: *1 open() failed', 'error'],
    ['[2026-09-14 14:08:24] production.ERROR: x', 'none'],
    ['|WARN| low disk', 'warn'],
    ['TRACE enter', 'trace'],
    ['CRITICAL:root:gone', 'error'],
    ['2026-09-14 请求完成 ERROR path=/x', 'error'],
    ['{"request":{"level":"error"},"level":"info"}', 'info'],
    ['{"msg":"level","level":"error"}', 'error'],
    ['{"@t":"2026-09-14T14:08:24Z","@l":"Warning","@m":"Serilog"}', 'warn'],
    ['FINE: as java.util.logging writes it', 'debug'],
    ['1:M 14 Sep 2026 14:08:24.118 # WARNING overcommit_memory is set to 0', 'warn'],
    ['2026-09-14 14:08:24.118 [http-nio-8080-exec-1] WARN  o.s.web - slow', 'warn'],
    ['I, [2026-09-14T14:08:24.118 #1]  INFO -- : started', 'info'],
    ['2026-09-14T14:08:24.118Z 0 [ERROR] [MY-010119] aborting', 'error'],
    ['npm ERR! code 1', 'error'],
    ['FATAL ERROR: Reached heap limit', 'fatal'],
    ['msg="a" ERROR', 'error'],
    // No level: words of prose, paths, access lines.
    ['there was an error in the request', 'none'],
    ['GET /error/404 HTTP/1.1', 'none'],
    ['10.0.0.1 - - [14/Sep/2026:14:08:24 +0000] "GET /info HTTP/1.1" 200 12', 'none'],
    ['handled error=none after 3 tries', 'none'],
    ['no-error here', 'none'],
    ['information desk', 'none'],
    ['LOG everything', 'none'],
    ['loaded plugin error-handler', 'none'],
    ['ERROR_CODE=5', 'none'],
    ['0', 'none'],
    ['', 'none'],
    ['请求完成 path=/api', 'none'],
    ['{}', 'none'],
    ['the user clicked ERROR in the dialog', 'none'],
    ['retrying after ERR connection reset', 'none'],
    ['ts=1 msg="no ERROR here"', 'none'],
    ['10.0.0.1 - - [14/Sep/2026:14:08:24 +0000] "GET /x HTTP/1.1" 500 12 "-" "curl ERROR"', 'none'],
    ['GET /x HTTP/1.1 500 ERROR', 'none'],
    ['fine: nothing to do', 'none'],
    ['log: rotated', 'none'],
    ['alert: all is fine', 'none'],
    ['{"message":"\\"level\\":\\"error\\"","path":"/"}', 'none'],
    ['{"msg":"level","x":"error"}', 'none'],
    ['{"request":{"level":"error"}}', 'none'],
    ['{"level":"something"}', 'none'],
    ['2026-09-14T14:08:24Z done in 3 ms, 0 ERRORS', 'none'],
    [`${'x'.repeat(300)} ERROR late`, 'none'],
  ])('%s', (text, level) => {
    expect(levelName(text)).toBe(level)
  })
})

test('what the bytes hold', () => {
  expect(flagsOf(inspect('plain\ttext'))).toBe(0)
  expect(flagsOf(inspect('{"a":1}'))).toBe(flag.json)
  expect(flagsOf(inspect('请求'))).toBe(flag.wide)
  expect(flagsOf(inspect('\u001b[31mred'))).toBe(flag.control)
  expect(flagsOf(inspect('a\u202eb'))).toBe(flag.wide | flag.control)
  expect(flagsOf(inspect('a\u0085b'))).toBe(flag.wide | flag.control)
  expect(flagsOf(inspect('a\u2028b'))).toBe(flag.wide | flag.control)
  expect(flagsOf(inspect('a\u2066b'))).toBe(flag.wide | flag.control)
  expect(flagsOf(inspect('a — b'))).toBe(flag.wide)
  expect(flagsOf(inspect('nul\u0000'))).toBe(flag.control)
})

/** Which lines go on with the trace above them. */
function trace(text: string): boolean[] {
  let tag = -1
  return text.split('\n').map((line) => {
    const packed = inspect(line, tag)
    tag = tagOf(0, levelOf(packed), flagsOf(packed))
    return (flagsOf(packed) & flag.continuation) !== 0
  })
}

describe('a stack trace is one thing', () => {
  test('Java', () => {
    const text = `2026-09-14 ERROR java.lang.IllegalStateException: order 48213 is closed
\tat shop.Order.pay(Order.java:12)
\tat shop.Api.handle(Api.java:55)
Caused by: java.io.IOException: reset
\tat java.base/java.net.Socket.read(Socket.java:1)
\t... 14 more
2026-09-14 INFO next`
    expect(trace(text)).toEqual([false, true, true, true, true, true, false])
  })
  test('Python', () => {
    const text = `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    pay(order)
app.errors.OrderError: closed
INFO next`
    expect(trace(text)).toEqual([false, true, true, true, false])
  })
  test('Go', () => {
    const text = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.(*Server).run(0xc0000140a8, 0x1)
\t/app/main.go:12 +0x1d
main.main()
\t/app/main.go:5 +0x20
created by main.start in goroutine 1
\t/app/main.go:3 +0x1
started again`
    expect(trace(text)).toEqual([false, true, true, true, true, true, true, true, true, false])
  })
  test('Node', () => {
    const text = `TypeError: x is not a function
    at pay (/app/order.js:3:5)
    at async handle (/app/api.js:10:3)
listening`
    expect(trace(text)).toEqual([false, true, true, false])
  })
  test('Java, with the exception on a line of its own', () => {
    const text = `2026-09-14 ERROR o.s.App - order failed
java.lang.IllegalStateException: closed
\tat shop.Order.pay(Order.java:12)
2026-09-14 INFO next
java.lang.IllegalStateException: closed`
    expect(trace(text)).toEqual([false, true, true, false, false])
  })
  test('Python, with an exception by any name', () => {
    const text = `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    pay(order)
    ^^^^^^^^^^
app.Closed: order 7
app.Closed: not of it`
    expect(trace(text)).toEqual([false, true, true, true, true, false])
  })
  test('Go, all goroutines', () => {
    const text = `panic: boom

goroutine 1 [running]:
main.main()
\t/app/main.go:5 +0x20

goroutine 5 [select]:
net/http.(*Server).serve(0xc, {0x1, 0x2})
\t/usr/local/go/http.go:6 +0x1
exit status 2`
    expect(trace(text)).toEqual([false, true, true, true, true, true, true, true, true, false])
  })
  test('one error after the other is two', () => {
    const text = `TypeError: x is not a function
    at pay (/app/order.js:3:5) {
  code: 'E'
}
TypeError: y is not a function
    at pay (/app/order.js:3:5)
Error: closed`
    expect(trace(text)).toEqual([false, true, true, true, false, true, false])
  })
  test('indented text alone is none', () => {
    expect(trace('one\n  two\n    three')).toEqual([false, false, false])
  })
  test('without a line before it, it is a line of its own: nothing would lead to it', () => {
    expect(trace('\tat a.b(C.java:1)\n\tat c.d(E.java:2)')).toEqual([false, true])
  })
  test('it has the level of its head', () => {
    const head = inspect('ERROR broken')
    const next = inspect('\tat a.b(C.java:1)', tagOf(3, levelOf(head), flagsOf(head)))
    expect(levels[levelOf(next)]).toBe('error')
  })
})
