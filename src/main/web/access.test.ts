import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addressFile, createAccess, writeAddressFile } from './access.ts'

describe('a launch token', () => {
  test('is good once, and the next one takes its place', () => {
    const told: string[] = []
    const access = createAccess({ onToken: (token) => told.push(token) })
    const first = access.token()
    const given = access.exchange(first)
    expect(given).toEqual({ session: expect.stringMatching(/^[\w-]{43}$/) })
    expect(access.holds((given as { session: string }).session)).toBe(true)
    expect(access.exchange(first)).toBe('wrong')
    expect(access.token()).not.toBe(first)
    expect(told).toEqual([first, access.token()])
    access.close()
  })

  test('is worth nothing when it is too old', async () => {
    const access = createAccess({ onToken: () => {}, tokenLifeMs: 20 })
    const first = access.token()
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(access.exchange(first)).toBe('wrong')
    access.close()
  })

  test('cannot be guessed at more than ten times a minute, not even rightly', () => {
    const access = createAccess({ onToken: () => {} })
    for (let i = 0; i < 10; i++) expect(access.exchange(`guess-${i}`)).toBe('wrong')
    expect(access.exchange(access.token())).toBe('too-many')
    access.close()
  })

  test('never passes as a session', () => {
    const access = createAccess({ onToken: () => {} })
    expect(access.holds(access.token())).toBe(false)
    expect(access.holds('')).toBe(false)
    expect(access.holds(null)).toBe(false)
    access.close()
  })
})

describe('the address file', () => {
  test('is for its owner only, whatever was there before', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'cove 地址 '))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const victim = join(dataDir, 'victim')
    writeFileSync(victim, 'untouched', { mode: 0o644 })
    symlinkSync(victim, addressFile(dataDir))
    writeAddressFile(dataDir, 'http://127.0.0.1:1/launch?token=x')
    expect(statSync(addressFile(dataDir)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(addressFile(dataDir), 'utf8'))).toEqual({
      address: 'http://127.0.0.1:1/launch?token=x',
      pid: process.pid,
    })
    expect(readFileSync(victim, 'utf8')).toBe('untouched')
  })
})
