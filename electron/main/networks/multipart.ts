import { randomUUID } from 'node:crypto';

export type Part = {
  readonly name: string;
  readonly filename?: string;
  readonly mime?: string;
  readonly content: string | Uint8Array;
};
export type MultipartBody = { readonly body: Uint8Array; readonly type: string };

/** A `multipart/form-data` body (RFC 7578). Names and file names are the caller's own and hold no quotes. */
export function multipart(parts: readonly Part[]): MultipartBody {
  const boundary = newBoundary();
  const chunks = parts.flatMap((part) => [
    Buffer.from(headOf(part, boundary)),
    typeof part.content === 'string' ? Buffer.from(part.content) : part.content,
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    type: typeOf(boundary),
  };
}

type LargePart = Omit<Part, 'content'> & {
  readonly bytes: number;
  /** Writes the content into its place in the body. */
  readonly fill: (into: Uint8Array) => void | Promise<void>;
};

/** The same with one large part at the end, which lies in memory once and not twice. */
export async function multipartWith(parts: readonly Part[], large: LargePart): Promise<MultipartBody> {
  const boundary = newBoundary();
  const before = parts.map((part) => `${headOf(part, boundary)}${String(part.content)}\r\n`).join('');
  const head = Buffer.from(`${before}${headOf(large, boundary)}`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const body = new Uint8Array(head.byteLength + large.bytes + tail.byteLength);
  body.set(head);
  await large.fill(body.subarray(head.byteLength, head.byteLength + large.bytes));
  body.set(tail, head.byteLength + large.bytes);
  return { body, type: typeOf(boundary) };
}

const newBoundary = (): string => `candor-${randomUUID()}`;
const typeOf = (boundary: string): string => `multipart/form-data; boundary=${boundary}`;

function headOf({ name, filename, mime }: Omit<Part, 'content'>, boundary: string): string {
  const file = filename === undefined ? '' : `; filename="${filename}"`;
  const type = mime === undefined ? '' : `\r\nContent-Type: ${mime}`;
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n`;
}
