// What Node 18.15 lacks and the libraries in the bundles use. Plain script: runs before everything else in the smoke build, nowhere else.
'use strict'
const fill = (target, methods) => {
  for (const [name, value] of Object.entries(methods)) {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true })
  }
}

Symbol.dispose ??= Symbol('Symbol.dispose')
Symbol.asyncDispose ??= Symbol('Symbol.asyncDispose')

fill(Set.prototype, {
  union(other) {
    return new Set([...this, ...other.keys()])
  },
  intersection(other) {
    return new Set([...this].filter((each) => other.has(each)))
  },
  difference(other) {
    return new Set([...this].filter((each) => !other.has(each)))
  },
  isSubsetOf(other) {
    return [...this].every((each) => other.has(each))
  },
  isSupersetOf(other) {
    return [...other.keys()].every((each) => this.has(each))
  },
  isDisjointFrom(other) {
    return ![...this].some((each) => other.has(each))
  },
})
fill(Promise, {
  withResolvers() {
    let resolve
    let reject
    const promise = new this((yes, no) => {
      resolve = yes
      reject = no
    })
    return { promise, resolve, reject }
  },
  try(work, ...args) {
    return new this((resolve) => resolve(work(...args)))
  },
})
fill(Object, {
  groupBy(items, keyOf) {
    const groups = Object.create(null)
    let index = 0
    for (const item of items) (groups[keyOf(item, index++)] ??= []).push(item)
    return groups
  },
})
fill(Array, {
  async fromAsync(items, map = (each) => each) {
    const all = []
    for await (const item of items) all.push(await map(item, all.length))
    return all
  },
})
fill(Array.prototype, {
  toSorted(compare) {
    return [...this].sort(compare)
  },
  toReversed() {
    return [...this].reverse()
  },
  toSpliced(...args) {
    const copy = [...this]
    copy.splice(...args)
    return copy
  },
  with(index, value) {
    const copy = [...this]
    copy[index < 0 ? copy.length + index : index] = value
    return copy
  },
})
if (typeof AbortSignal !== 'undefined') {
  fill(AbortSignal, {
    any(signals) {
      const controller = new AbortController()
      for (const signal of signals) {
        if (signal.aborted) controller.abort(signal.reason)
        else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true, signal: controller.signal })
      }
      return controller.signal
    },
  })
}
if (typeof URL !== 'undefined') {
  const parse = (text, base) => {
    try {
      return new URL(text, base)
    } catch {
      return null
    }
  }
  fill(URL, { parse, canParse: (text, base) => parse(text, base) !== null })
}

const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
fill(iterator, {
  *map(work) {
    let index = 0
    for (const each of this) yield work(each, index++)
  },
  *filter(keep) {
    let index = 0
    for (const each of this) if (keep(each, index++)) yield each
  },
  toArray() {
    return [...this]
  },
  some(holds) {
    for (const each of this) if (holds(each)) return true
    return false
  },
  find(holds) {
    for (const each of this) if (holds(each)) return each
    return undefined
  },
})

// The same file is put into the page, where there is no require.
if (typeof require === 'function') {
  globalThis.crypto ??= require('node:crypto').webcrypto
  require('node:stream').getDefaultHighWaterMark ??= (objects) => (objects ? 16 : 16 * 1024)
  const events = require('node:events')
  events.addAbortListener ??= (signal, listener) => {
    if (signal.aborted) queueMicrotask(listener)
    else signal.addEventListener('abort', listener, { once: true })
    return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) }
  }
}
