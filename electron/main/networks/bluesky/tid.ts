const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz';
const LENGTH = 13;
const CLOCK_ID_BITS = 10n;

let lastMicros = 0n;

/**
 * A record key as the AT Protocol wants it (https://atproto.com/specs/tid): microseconds since the epoch and a
 * random clock id, in base32 that sorts like the number. Keys of one process rise even when the clock steps back.
 */
export function nextTid(now: number): string {
  const micros = BigInt(now) * 1000n;
  lastMicros = micros > lastMicros ? micros : lastMicros + 1n;
  const clockId = BigInt(crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) & 0x3ffn;
  let rest = (lastMicros << CLOCK_ID_BITS) | clockId;
  let text = '';
  for (let place = 0; place < LENGTH; place += 1) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}
