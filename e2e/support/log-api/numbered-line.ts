/** With the newline. */
export const lineBytes = 120
/** RFC 3339 with nine digits and a blank, as the kubelet writes them (https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/types/constants.go, RFC3339NanoFixed). */
export const stampBytes = 31

const words = ['DEBUG', 'INFO ', 'INFO ', 'INFO ', 'WARN ', 'ERROR'].map((level) => {
  const text = `${level} n=00000000 c=00000000 request served path=/api/v1/orders status=200`
  return Buffer.from(`${text.padEnd(lineBytes - 1, ' kept for its length')}\n`)
})
const [numberAt, sumAt] = [8, 19]
const hex = Buffer.from('0123456789abcdef')

/** What line `n` of the container numbered `seed` must carry after `c=`. */
export const sumOf = (seed: number, n: number) => (Math.imul(n, 2_654_435_761) ^ Math.imul(seed + 1, 40_503)) >>> 0

/** Writes line `n`; with `micros` (since 1970) its timestamp before it. Answers with the bytes written. */
export function writeNumberedLine(into: Buffer, at: number, seed: number, n: number, micros: number | null): number {
  const start = micros === null ? at : at + writeStamp(into, at, micros)
  const line = words[n % words.length] ?? Buffer.alloc(0)
  into.set(line, start)
  let rest = n
  for (let digit = numberAt + 7; digit >= numberAt; digit--) {
    into[start + digit] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  const sum = sumOf(seed, n)
  for (let digit = 0; digit < 8; digit++) into[start + sumAt + digit] = hex[(sum >>> (28 - 4 * digit)) & 15] ?? 0
  return start + lineBytes - at
}

const [secondOf, secondText] = [{ last: Number.NaN }, Buffer.alloc(20)]

export function writeStamp(into: Buffer, at: number, micros: number): number {
  const second = Math.floor(micros / 1_000_000)
  if (second !== secondOf.last) {
    secondOf.last = second
    secondText.write(new Date(second * 1000).toISOString().slice(0, 19))
    secondText.write('.', 19)
  }
  into.set(secondText, at)
  let rest = (micros - second * 1_000_000) * 1000
  for (let digit = 28; digit >= 20; digit--) {
    into[at + digit] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  into.write('Z ', at + 29)
  return stampBytes
}
