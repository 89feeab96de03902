import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app';

/** A folder on the web that takes, shows and removes files, as the media host of a person. */
export async function startFileHost() {
  const files = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const server = createServer((request, response) => {
    const key = request.url ?? '';
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const found = files.get(key);
      if (request.method === 'PUT')
        files.set(key, { type: request.headers['content-type'] ?? '', bytes: Buffer.concat(parts) });
      if (request.method === 'DELETE') files.delete(key);
      if (request.method !== 'GET') response.writeHead(204).end();
      else if (found) response.writeHead(200, { 'content-type': found.type }).end(found.bytes);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/media`;
  return {
    files,
    /** Makes it the media host of the app. */
    use: (app: Pick<App, 'ask'>) =>
      app.ask('mediaHost.save', {
        config: { kind: 'webdav', url, user: 'brand', publicUrl: url },
        secrets: { password: 'p' },
      }),
    close: (): Promise<void> => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
