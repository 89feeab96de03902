import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ensureTestServer, testServerFolder } from '../../../scripts/lib/test-servers.mjs';
import { createTempDir } from '../../fakes/ports';
import { startGate, type SigningLibrary } from './gate';

/** An S3-compatible server with one bucket, which refuses what is not signed right. */
export type S3Server = {
  readonly url: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly stop: () => Promise<void>;
};

type S3rver = new (options: Readonly<Record<string, unknown>>) => {
  readonly run: () => Promise<AddressInfo>;
  readonly close: () => Promise<void>;
};

/** The one key whose name the server behind the gate knows. */
const KEY = 'S3RVER';
const SECRET = 'the-secret-of-a-test-key';
const REGION = 'eu-central-1';

export async function startS3(): Promise<S3Server> {
  await ensureTestServer('s3');
  const load = createRequire(join(testServerFolder('s3'), 'package.json'));
  const Server = load('s3rver') as S3rver;
  const dir = createTempDir('candor-s3');
  const bucket = 'candor-media';
  const server = new Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: dir.path,
    serviceEndpoint: 'localhost',
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const keys = { accessKeyId: KEY, secretAccessKey: SECRET };
  const library = load('@smithy/signature-v4') as SigningLibrary;
  const gate = await startGate({ ...keys, behind: port, region: REGION, library });
  return {
    ...keys,
    url: `http://127.0.0.1:${gate.port}`,
    region: REGION,
    bucket,
    stop: async () => {
      await gate.close();
      await server.close();
      dir.remove();
    },
  };
}
