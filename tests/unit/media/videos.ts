/**
 * Small video files whose containers are real and whose pictures are filler: what a store, a probe and an upload
 * look at is all there.
 */

const bytes = (...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
const u16 = (value: number): readonly number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const box = (type: string, ...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array => {
  const body = bytes(...parts);
  return bytes(u32(body.length + 8), type, body);
};
const full = (type: string, ...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array =>
  box(type, u32(0), ...parts);

export type VideoOptions = {
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
  /** Filler of the picture data. */
  readonly payload?: number;
  readonly brand?: 'isom' | 'qt  ';
  /** Where a phone held upright says so: the picture is stored lying. */
  readonly turned?: boolean;
  /** Makes two files differ. */
  readonly seed?: number;
};

const TIMESCALE = 600;
const UNITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const QUARTER_TURN = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];

/** MP4 (or QuickTime, by its brand), the index in front of the picture data. */
export function mp4({
  width = 640,
  height = 360,
  seconds = 3,
  payload = 4_000,
  brand = 'isom',
  turned = false,
  seed = 1,
}: VideoOptions = {}): Uint8Array {
  const ftyp = box('ftyp', brand, u32(0x200), brand, ...(brand === 'isom' ? ['iso2avc1mp41'] : []));
  const data = new Uint8Array(payload).fill(seed & 255);
  const index = (offset: number): Uint8Array => moov({ width, height, seconds, payload, turned }, offset);
  const offset = ftyp.length + index(0).length + 8;
  return bytes(ftyp, index(offset), box('mdat', data));
}

type Shape = Required<Pick<VideoOptions, 'width' | 'height' | 'seconds' | 'payload' | 'turned'>>;

function moov({ width, height, seconds, payload, turned }: Shape, offset: number): Uint8Array {
  const duration = Math.round(seconds * TIMESCALE);
  const matrix = (values: readonly number[]): readonly number[] => values.flatMap(u32);
  const mvhd = full(
    'mvhd',
    [u32(0), u32(0), u32(TIMESCALE), u32(duration), u32(0x10000), u16(0x100)].flat(),
    zeros(10),
    matrix(UNITY),
    zeros(24),
    u32(2),
  );
  const tkhd = box(
    'tkhd',
    u32(3),
    [u32(0), u32(0), u32(1), u32(0), u32(duration)].flat(),
    zeros(16),
    matrix(turned ? QUARTER_TURN : UNITY),
    u32(width * 0x10000),
    u32(height * 0x10000),
  );
  const mdhd = full('mdhd', [u32(0), u32(0), u32(TIMESCALE), u32(duration), u16(0x55c4), u16(0)].flat());
  const hdlr = full('hdlr', u32(0), 'vide', zeros(12), 'Video\0');
  const avcC = box('avcC', [1, 66, 0, 30, 0xff, 0xe1, ...u16(4), 0x67, 66, 0, 30, 1, ...u16(2), 0x68, 0xce]);
  const avc1 = box(
    'avc1',
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    [u32(0x480000), u32(0x480000), u32(0), u16(1)].flat(),
    zeros(32),
    u16(24),
    u16(0xffff),
    avcC,
  );
  const table = box(
    'stbl',
    full('stsd', u32(1), avc1),
    full('stts', u32(1), u32(1), u32(duration)),
    full('stsc', u32(1), u32(1), u32(1), u32(1)),
    full('stsz', u32(0), u32(1), u32(payload)),
    full('stco', u32(1), u32(offset)),
  );
  const dinf = box('dinf', full('dref', u32(1), box('url ', u32(1))));
  const minf = box('minf', box('vmhd', u32(1), zeros(8)), dinf, table);
  return box('moov', mvhd, box('trak', tkhd, box('mdia', mdhd, hdlr, minf)));
}

const size = (length: number): readonly number[] => [0x10, ...u32(length).slice(1)];
const element = (
  id: readonly number[],
  ...parts: readonly (Uint8Array | readonly number[] | string)[]
): Uint8Array => {
  const body = bytes(...parts);
  return bytes(id, size(body.length), body);
};
const float64 = (value: number): Uint8Array => {
  const out = Buffer.alloc(8);
  out.writeDoubleBE(value);
  return out;
};

/** WebM (or Matroska, by its document type). */
export function webm({
  width = 320,
  height = 240,
  seconds = 2,
  payload = 2_000,
  docType = 'webm',
}: VideoOptions & { readonly docType?: 'webm' | 'matroska' } = {}): Uint8Array {
  const header = element(
    [0x1a, 0x45, 0xdf, 0xa3],
    element([0x42, 0x82], docType),
    element([0x42, 0x87], [4]),
  );
  const info = element(
    [0x15, 0x49, 0xa9, 0x66],
    element([0x2a, 0xd7, 0xb1], u32(1_000_000)),
    element([0x44, 0x89], float64(seconds * 1000)),
  );
  const video = element([0xe0], element([0xb0], u16(width)), element([0xba], u16(height)));
  const track = element(
    [0xae],
    element([0xd7], [1]),
    element([0x73, 0xc5], [1]),
    element([0x83], [1]),
    element([0x86], 'V_VP8'),
    video,
  );
  const cluster = element(
    [0x1f, 0x43, 0xb6, 0x75],
    element([0xe7], [0]),
    element([0xa3], [0x81, 0, 0, 0x80], new Uint8Array(payload)),
  );
  return bytes(
    header,
    element([0x18, 0x53, 0x80, 0x67], info, element([0x16, 0x54, 0xae, 0x6b], track), cluster),
  );
}
