/** An account that is connected to the stand-in for Instagram, with files to publish and the runs of a job. */
import { createInstagramNetwork } from '../../../electron/main/networks/instagram/index';
import { NetworkError } from '../../../electron/main/networks/errors';
import type { Cursor, MediaBytes, Write } from '../../../electron/main/networks/network';
import { createTestContext, only, signInIo, type ContextOptions } from '../../networks/context';
import { jobOf, settle, type StoredJob } from '../../networks/drive';
import { patientClock } from '../../networks/patient-clock';
import { permitForTests } from '../../networks/permit';
import { pullAll } from '../../networks/suite';
import { startFileHost } from './file-host';
import { jpegOf, mp4Of } from './media-eye';
import { startInstagramStub } from './stub';

const picture = (width: number, height: number, padding = 0): MediaBytes => ({
  bytes: jpegOf(width, height, padding),
  mime: 'image/jpeg',
  width,
  height,
});
const clip = { bytes: mp4Of(5000), mime: 'video/mp4', width: 1080, height: 1920, seconds: 12 };

export const files = {
  image: picture(1080, 1080),
  wide: picture(1080, 566),
  tall: picture(1080, 1920),
  huge: picture(1080, 1080, 8 * 1024 * 1024),
  text: { bytes: Buffer.from('not a picture'), mime: 'image/jpeg', width: 1, height: 1 },
  clip,
  broken: { ...clip, bytes: Buffer.from('not a video at all') },
};

export type InstagramWorld = Awaited<ReturnType<typeof openInstagram>>;

export async function openInstagram(
  way: 'instagram' | 'facebook' = 'instagram',
  more: Partial<ContextOptions> = {},
) {
  const stub = await startInstagramStub();
  const host = await startFileHost(files);
  const network = createInstagramNetwork(stub.endpoints);
  const clock = patientClock(stub.now);
  stub.onHold(clock.runOut);
  const token = way === 'facebook' ? stub.facebookToken() : stub.token();
  const app: Readonly<Record<string, string>> =
    way === 'facebook' ? { appId: stub.app.id, appSecret: stub.app.secret } : {};
  const connected = only(await network.connect(`${way}-token`, { token, ...app }, signInIo(fetch, clock)));
  const test = createTestContext({
    ...connected,
    clock,
    media: files,
    files: { clip: files.clip, broken: files.broken },
    mediaHost: host.host,
    ...more,
  });
  const plan = (write: Write) => network.plan(write, test.ctx.account, { now: stub.now() });
  return {
    stub,
    host,
    network,
    clock,
    connected,
    test,
    plan,
    run: (write: Write) => runPatiently(network, jobOf(network, write, test.ctx), test.ctx, stub.passTime),
    runJob: (job: StoredJob) => runPatiently(network, job, test.ctx, stub.passTime),
    pull: (cursor: Cursor | null = null, stream: 'notifications' | 'dm' = 'notifications') =>
      pullAll(network, stream, cursor, test.ctx),
    /** What two looks at a step in doubt say, with some time between them. */
    lookTwice: async (job: StoredJob) => {
      const first = await settle(network, job, test.ctx);
      stub.passTime(31_000);
      return [first, await settle(network, job, test.ctx)];
    },
    close: async () => {
      await Promise.all([stub.close(), host.close()]);
    },
  };
}

type Ctx = ReturnType<typeof createTestContext>['ctx'];
type Net = Pick<ReturnType<typeof createInstagramNetwork>, 'runStep'>;

/** As the engine runs a job: a step that waits is run again at its time, with its own last output. */
export async function runPatiently(
  network: Net,
  job: StoredJob,
  ctx: Ctx,
  passTime: (ms: number) => unknown,
) {
  const waits: string[] = [];
  for (const step of job.steps) {
    let seen = job.done;
    if (job.done[step.key] && !waits.includes(step.key)) continue;
    for (let tries = 0; ; tries += 1) {
      if (tries > 100) throw new Error(`${step.key} never ends`);
      const result = await network.runStep(step, seen, ctx, permitForTests);
      const output = JSON.parse(JSON.stringify(result.output)) as Record<string, unknown>;
      if (result.state === 'done') {
        job.done[step.key] = output;
        if (result.remote) job.remotes.push(result.remote);
        break;
      }
      waits.push(step.key);
      seen = { ...job.done, [step.key]: output };
      passTime(Math.max(0, result.pollAt - ctx.clock.now()));
    }
  }
  return { remotes: job.remotes, done: job.done, waits };
}

/** What a call was refused with; null when it went through. */
export async function infoOf(work: () => unknown) {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof NetworkError) return { ...error.info, sent: error.sent };
    throw error;
  }
}

export const publishOf = (
  text: string,
  media: readonly string[] = ['image'],
  more: Partial<Extract<Write, { kind: 'publish' }>> = {},
): Write => ({
  kind: 'publish',
  segments: [
    {
      text,
      media: media.map((mediaId) => ({
        mediaId,
        alt: '',
        ...(mediaId === 'clip' || mediaId === 'broken' ? { kind: 'video' as const } : {}),
      })),
    },
  ],
  ...more,
});
