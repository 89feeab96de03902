/** Looks at a file as Meta does: fetches it from its address and reads what kind of thing it is. */
export type Seen =
  | {
      readonly kind: 'image';
      readonly mime: string;
      readonly bytes: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'video'; readonly mime: string; readonly bytes: number }
  | { readonly kind: 'none'; readonly why: 'unreachable' | 'unknown' };

export async function lookAt(url: string): Promise<Seen> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return { kind: 'none', why: 'unreachable' };
    return recognise(Buffer.from(await answer.arrayBuffer()));
  } catch {
    return { kind: 'none', why: 'unreachable' };
  }
}

export function recognise(bytes: Buffer): Seen {
  const size = bytes.length;
  if (bytes.subarray(0, 4).equals(Buffer.from([137, 80, 78, 71])))
    return {
      kind: 'image',
      mime: 'image/png',
      bytes: size,
      width: bytes.readUInt32BE(16),
      height: bytes.readUInt32BE(20),
    };
  if (bytes[0] === 0xff && bytes[1] === 0xd8)
    return { kind: 'image', mime: 'image/jpeg', bytes: size, ...jpegSize(bytes) };
  if (bytes.subarray(4, 8).toString('latin1') === 'ftyp') {
    const mime = bytes.subarray(8, 10).toString('latin1') === 'qt' ? 'video/quicktime' : 'video/mp4';
    return { kind: 'video', mime, bytes: size };
  }
  return { kind: 'none', why: 'unknown' };
}

/** Size in the first frame header (SOF0 to SOF15 without DHT, JPG and DAC). */
function jpegSize(bytes: Buffer): { readonly width: number; readonly height: number } {
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return { width: 0, height: 0 };
}

/** The smallest file that says it is a JPEG of this size. */
export const jpegOf = (width: number, height: number, padding = 0): Buffer => {
  const frame = Buffer.from([
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
  ]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), frame, Buffer.alloc(padding), Buffer.from([0xff, 0xd9])]);
};
/** The smallest file that says it is an MP4. */
export const mp4Of = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypisom'), Buffer.alloc(Math.max(0, bytes - 12))]);
