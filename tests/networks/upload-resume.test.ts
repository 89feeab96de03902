import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountCtx, Network, Write } from '../../electron/main/networks/network';
import { startFacebookStub } from '../servers/facebook/stub';
import { files, infoOf, openInstagram, publishOf } from '../servers/instagram/world';
import { jobOf, type StoredJob } from './drive';
import { connectedTo, videoFile } from './facebook-context';
import { permitForTests } from './permit';

type Part = { readonly offset: number; readonly bytes: number };
type Opened = {
  readonly network: Network;
  readonly ctx: AccountCtx;
  readonly write: Write;
  readonly file: Buffer;
  readonly passTime: (ms: number) => unknown;
  readonly cutUpload: (bytes: number) => void;
  /** What the network got, in the order in which it came. */
  readonly arrived: () => Buffer;
  /** How often an upload was begun. */
  readonly begun: () => number;
  readonly forget: () => unknown;
  readonly close: () => Promise<unknown>;
};

async function openFacebook(): Promise<Opened> {
  const stub = await startFacebookStub();
  const { network, context } = await connectedTo(stub);
  const segments = [{ text: 'A reel', media: [{ mediaId: 'video', alt: '', kind: 'video' as const }] }];
  const { videos } = stub.store;
  return {
    network,
    ctx: context().ctx,
    write: { kind: 'publish', segments, options: { format: 'reel' } },
    file: videoFile.bytes,
    passTime: stub.passTime,
    cutUpload: stub.cutUpload,
    arrived: () => Buffer.concat([...videos.values()].at(-1)!.bytes),
    begun: () => stub.requests.filter(({ fields }) => fields.upload_phase === 'start').length,
    forget: () => videos.clear(),
    close: stub.close,
  };
}

async function openInstagramReel(): Promise<Opened> {
  const world = await openInstagram('facebook');
  const { all } = world.stub.containers;
  return {
    network: world.network,
    ctx: world.test.ctx,
    write: publishOf('A reel', ['clip'], { options: { format: 'reel' } }),
    file: files.clip.bytes,
    passTime: world.stub.passTime,
    cutUpload: world.stub.cutUpload,
    arrived: () => Buffer.concat([...all.values()].at(-1)!.parts),
    begun: () => all.size,
    // A container is good for a day.
    forget: () => world.stub.passTime(25 * 60 * 60_000),
    close: world.close,
  };
}

describe.each([
  ['a reel on Facebook', openFacebook],
  ['a video on Instagram by Facebook Login', openInstagramReel],
] as const)('the upload of %s', (_name, open) => {
  let on: Opened;
  let job: StoredJob;
  let ended: Set<string>;
  let parts: Part[];
  let reads: number[];
  beforeEach(async () => {
    on = await open();
    job = jobOf(on.network, on.write, on.ctx);
    [ended, parts, reads] = [new Set(), [], []];
  });
  afterEach(() => on.close());

  /** The account's context, with an eye on what is read and sent. */
  const watched = (): AccountCtx => ({
    ...on.ctx,
    file: async (id) => {
      const file = await on.ctx.file(id);
      return { ...file, read: (from, length) => (reads.push(from), file.read(from, length)) };
    },
    http: (input, init) => {
      const headers = new Headers(init?.headers);
      if (init?.body instanceof Uint8Array && headers.has('offset'))
        parts.push({ offset: Number(headers.get('offset')), bytes: init.body.byteLength });
      return on.ctx.http(input, init);
    },
  });
  /** As the engine runs a job, with what every step gave stored; throws what a step throws. */
  const run = async (): Promise<void> => {
    for (const step of job.steps)
      while (!ended.has(step.key)) {
        const ctx = watched();
        const result = await on.network.runStep(step, job.done, ctx, permitForTests);
        job.done[step.key] = JSON.parse(JSON.stringify(result.output)) as Record<string, unknown>;
        if (result.state === 'done') ended.add(step.key);
        else on.passTime(Math.max(0, result.pollAt - ctx.clock.now()));
      }
  };

  it('goes on where it stood when it breaks off, as often as it does', async () => {
    on.cutUpload(2000);
    expect(await infoOf(run)).toMatchObject({ kind: 'server', sent: 'no' });
    on.cutUpload(1000);
    expect(await infoOf(run)).toMatchObject({ kind: 'server', sent: 'no' });
    expect(on.arrived().byteLength).toBe(3000);
    reads = [];
    await run();
    const size = on.file.byteLength;
    expect(parts).toEqual([
      { offset: 0, bytes: size },
      { offset: 2000, bytes: size - 2000 },
      { offset: 3000, bytes: size - 3000 },
    ]);
    expect(on.arrived().equals(on.file)).toBe(true);
    expect(Math.min(...reads)).toBe(3000);
    expect(on.begun()).toBe(1);
  });

  it('is not sent again when all of it arrived and only the answer was lost', async () => {
    on.cutUpload(on.file.byteLength);
    expect(await infoOf(run)).toMatchObject({ kind: 'server', sent: 'no' });
    await run();
    expect(parts).toHaveLength(1);
    expect(on.arrived().equals(on.file)).toBe(true);
    expect(on.begun()).toBe(1);
  });

  it('begins anew where the network has forgotten it', async () => {
    on.cutUpload(2000);
    expect(await infoOf(run)).toMatchObject({ kind: 'server' });
    on.forget();
    await run();
    expect(parts.map(({ offset }) => offset)).toEqual([0, 0]);
    expect(on.arrived().equals(on.file)).toBe(true);
    expect(on.begun()).toBe(2);
  });
});

describe('the upload of a video on Instagram', () => {
  it('begins at the start where Instagram does not tell how much of it is there', async () => {
    const world = await openInstagram('facebook');
    world.stub.containers.plan.tellsUploads = false;
    await world.run(publishOf('A reel', ['clip'], { options: { format: 'reel' } }));
    expect(world.stub.store.posts).toMatchObject([{ caption: 'A reel' }]);
    await world.close();
  });
});
