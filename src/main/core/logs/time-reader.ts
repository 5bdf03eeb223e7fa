export type TimeReader = {
  /** Of the time that was read last; both 0 where none was. */
  second: number
  nanos: number
  /**
   * Reads `2026-11-23T23:20:25.260439695Z` at `at`: RFC 3339 with up to nine digits of a second, an offset, `T` or a blank in the middle, `/` for `-`, `.` or `,` before the digits.
   * A time without zone is UTC, as nearly all containers have it. Answers where it ends, or -1.
   */
  read(bytes: Uint8Array, at: number, end: number): number
}

/** Makes no object and no string for a time. */
export function createTimeReader(): TimeReader {
  let knownDate = -1
  let knownSecond = 0
  const none = (): number => {
    reader.second = 0
    reader.nanos = 0
    return -1
  }
  const reader: TimeReader = {
    second: 0,
    nanos: 0,
    read: (bytes, start, end) => {
      if (end - start < 19) return none()
      const middle = bytes[start + 10]
      const between = bytes[start + 4]
      if ((between !== dash && between !== slash) || bytes[start + 7] !== between || (middle !== letterT && middle !== blank)) return none()
      if (bytes[start + 13] !== colon || bytes[start + 16] !== colon) return none()
      const year = two(bytes, start) * 100 + two(bytes, start + 2)
      const month = two(bytes, start + 5)
      const day = two(bytes, start + 8)
      const [hour, minute, second] = [two(bytes, start + 11), two(bytes, start + 14), two(bytes, start + 17)]
      if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61)) return none()
      const date = (year * 100 + month) * 100 + day
      if (date !== knownDate) {
        knownDate = date
        knownSecond = Date.UTC(year, month - 1, day) / 1000
      }
      let at = start + 19
      let nanos = 0
      if ((bytes[at] === dot || bytes[at] === comma) && isDigit(bytes[at + 1])) {
        at += 1
        let digits = 0
        for (; digits < 9 && at < end && isDigit(bytes[at]); digits += 1, at += 1) nanos = nanos * 10 + (bytes[at] ?? 0) - 48
        for (; digits < 9; digits += 1) nanos *= 10
        while (at < end && isDigit(bytes[at])) at += 1
      }
      let offset = 0
      const zone = bytes[at]
      if (at < end && zone === letterZ) at += 1
      else if (at < end && (zone === plus || zone === dash)) {
        const wide = bytes[at + 3] === colon
        const east = two(bytes, at + 1) * 3600 + two(bytes, at + (wide ? 4 : 3)) * 60
        if (!Number.isNaN(east) && at + (wide ? 6 : 5) <= end) {
          offset = zone === plus ? east : -east
          at += wide ? 6 : 5
        }
      }
      const total = knownSecond + hour * 3600 + minute * 60 + second - offset
      if (at > end || total <= 0) return none()
      reader.second = total
      reader.nanos = nanos
      return at
    },
  }
  return reader
}

/** NaN where these are no two digits. */
export function two(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - 48
  const low = (bytes[at + 1] ?? 0) - 48
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

const [slash, dash, colon, dot, comma, plus, blank, letterT, letterZ] = [47, 45, 58, 46, 44, 43, 32, 84, 90]
