/** Uploads of the LinkedIn stub: images in one go, videos in parts. */
import { bad, denied, listOf, missing, ok, unknownKeys, type Answer, type Call, type World } from './answers';
import type { StoredFile } from './store';

const PART_BYTES = 4 * 1024 * 1024;

export function createMedia({ store, mayActAs, now, url, processing }: World) {
  const beginUpload = (kind: 'image' | 'video', { body, grant }: Call): Answer => {
    const sent = JSON.parse(body.toString('utf8')).initializeUploadRequest;
    const known =
      kind === 'image' ? ['owner'] : ['owner', 'fileSizeBytes', 'uploadCaptions', 'uploadThumbnail'];
    const strange = unknownKeys(sent, known);
    if (strange) return strange;
    if (!mayActAs(sent.owner, grant)) return denied(`${kind}s.INITIALIZE_UPLOAD`);
    const size = Number(sent.fileSizeBytes ?? 0);
    const partCount = kind === 'image' ? 1 : Math.max(1, Math.ceil(size / PART_BYTES));
    const urn = `urn:li:${kind}:C${store.nextId()}`;
    const file: StoredFile = {
      urn,
      owner: sent.owner,
      size,
      parts: new Map(),
      partCount,
      openUntil: now() + 60_000,
      status: 'WAITING_UPLOAD',
      looks: processing(),
    };
    store.files.set(urn, file);
    const partUrl = (part: number) =>
      `${url()}/upload/${encodeURIComponent(urn)}/${part}?sig=signed-${urn.length}`;
    if (kind === 'image')
      return ok({ value: { uploadUrl: partUrl(0), image: urn, uploadUrlExpiresAt: now() + 60_000 } });
    return ok({
      value: {
        video: urn,
        uploadToken: 'upload-token',
        uploadUrlsExpireAt: now() + 60_000,
        uploadInstructions: Array.from({ length: partCount }, (_, part) => ({
          uploadUrl: partUrl(part),
          firstByte: part * PART_BYTES,
          lastByte: Math.min(size, (part + 1) * PART_BYTES) - 1,
        })),
      },
    });
  };
  const takePart = (path: string, body: Buffer): Answer => {
    const [, urn = '', part = ''] = /^\/upload\/([^/]+)\/(\d+)$/.exec(path) ?? [];
    const file = store.files.get(decodeURIComponent(urn));
    if (!file) return missing;
    if (now() > file.openUntil) return denied('upload');
    const isVideo = file.urn.startsWith('urn:li:video:');
    const first = Number(part) * PART_BYTES;
    if (isVideo && body.length !== Math.min(PART_BYTES, file.size - first))
      return bad('wrong length of a part');
    const etag = `/etag-${file.urn.length}-${part}-${body.length}`;
    file.parts.set(Number(part), { etag, bytes: body.length });
    if (!isVideo) file.status = body.length === 0 ? 'PROCESSING_FAILED' : 'AVAILABLE';
    return { status: isVideo ? 200 : 201, body: undefined, headers: { etag } };
  };
  const finalize = ({ body }: Call): Answer => {
    const sent = JSON.parse(body.toString('utf8')).finalizeUploadRequest;
    const file = store.files.get(sent.video);
    if (!file) return missing;
    const etags = Array.from({ length: file.partCount }, (_, part) => file.parts.get(part)?.etag);
    if (sent.uploadToken !== 'upload-token' || JSON.stringify(etags) !== JSON.stringify(sent.uploadedPartIds))
      return bad('uploadedPartIds do not match');
    file.status = 'PROCESSING';
    return ok({});
  };
  const lookAtVideo = (urn: string): Answer => {
    const file = store.files.get(urn);
    if (!file) return missing;
    if (file.status === 'PROCESSING' && file.looks-- <= 0) file.status = 'AVAILABLE';
    return ok({ id: urn, owner: file.owner, status: file.status, processingFailureReason: null });
  };

  const images = ({ rawQuery }: Call): Answer => {
    const ids = listOf(rawQuery, 'ids');
    if (!ids) return bad('Invalid query parameters passed to request');
    const told = (urn: string) => ({
      id: urn,
      status: 'AVAILABLE',
      downloadUrl: `${url()}/media/${encodeURIComponent(urn)}`,
    });
    return ok({
      results: Object.fromEntries(ids.filter((urn) => store.files.has(urn)).map((urn) => [urn, told(urn)])),
      errors: {},
    });
  };
  return { beginUpload, takePart, finalize, lookAtVideo, images };
}
