import { createServer, Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** The servers of the network give no host when they listen, which would open them to everybody. */
export function keepOnLoopback() {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function (first, ...rest) {
    if (typeof first === 'number' && typeof rest[0] !== 'string')
      return listen.call(this, first, LOOPBACK, ...rest);
    if (typeof first === 'object' && first !== null && 'port' in first && !first.host)
      return listen.call(this, { ...first, host: LOOPBACK }, ...rest);
    return listen.call(this, first, ...rest);
  };
}

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
