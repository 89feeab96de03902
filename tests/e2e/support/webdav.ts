import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const USER = 'brand';
const PASSWORD = 'dav-secret-3f1c';

/** A web server that takes files by WebDAV from one person and shows them to everybody. */
export async function startWebdav() {
  const files = new Map<string, { readonly mime: string; readonly bytes: Buffer }>();
  /** Everything that ever lay there, by what was done to it. */
  const done: string[] = [];
  const wanted = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const [, area = '', name = ''] = /^\/(dav|public)\/([\w.-]*)$/.exec(request.url ?? '') ?? [];
    const end = (status: number): void => void response.writeHead(status).end();
    if (area === 'public') {
      const file = files.get(name);
      if (!file) return end(404);
      done.push(`${request.method} ${file.mime}`);
      return void response.writeHead(200, { 'content-type': file.mime }).end(file.bytes);
    }
    if (area !== 'dav') return end(404);
    if (request.headers.authorization !== wanted) return end(401);
    if (request.method === 'DELETE') {
      done.push('DELETE');
      return end(files.delete(name) ? 204 : 404);
    }
    if (request.method !== 'PUT') return end(405);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const mime = request.headers['content-type'] ?? 'application/octet-stream';
      files.set(name, { mime, bytes: Buffer.concat(parts) });
      done.push(`PUT ${mime}`);
      end(201);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${url}/dav`,
    publicUrl: `${url}/public`,
    user: USER,
    password: PASSWORD,
    files,
    done,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
