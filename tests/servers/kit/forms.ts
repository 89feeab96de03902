type FormPart = {
  readonly name: string;
  readonly filename: string | undefined;
  readonly mime: string | undefined;
  readonly bytes: Buffer;
};

/** The parts of a `multipart/form-data` body (RFC 7578); undefined where the body is of another type. */
export function readForm(type: string, body: Buffer): readonly FormPart[] | undefined {
  const boundary = /boundary=(\S+)/.exec(type)?.[1];
  if (boundary === undefined) return undefined;
  const line = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  for (let at = body.indexOf(line); at >= 0;) {
    const end = body.indexOf(line, at + line.length);
    const headEnd = body.indexOf('\r\n\r\n', at);
    if (end < 0 || headEnd < 0) break;
    const head = body.subarray(at, headEnd).toString('utf8');
    parts.push({
      name: /\bname="([^"]+)"/.exec(head)?.[1] ?? '',
      filename: /filename="([^"]+)"/.exec(head)?.[1],
      mime: /Content-Type: (\S+)/i.exec(head)?.[1],
      bytes: Buffer.from(body.subarray(headEnd + 4, end - 2)),
    });
    at = end;
  }
  return parts;
}
