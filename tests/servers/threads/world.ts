/** An account that is connected to the stand-in for Threads, with files to publish and the runs of a job. */
import { createThreadsNetwork } from '../../../electron/main/networks/threads/index';
import type { Cursor, Write } from '../../../electron/main/networks/network';
import { createTestContext, only, signInIo, type ContextOptions } from '../../networks/context';
import { jobOf, settle, type StoredJob } from '../../networks/drive';
import { patientClock } from '../../networks/patient-clock';
import { pullAll } from '../../networks/suite';
import { startFileHost } from '../instagram/file-host';
import { files, runPatiently } from '../instagram/world';
import { startThreadsStub } from './stub';

export { infoOf, publishOf } from '../instagram/world';

export type ThreadsWorld = Awaited<ReturnType<typeof openThreads>>;

export async function openThreads(more: Partial<ContextOptions> = {}) {
  const stub = await startThreadsStub();
  const host = await startFileHost(files);
  const network = createThreadsNetwork(stub.endpoints);
  const clock = patientClock(stub.now);
  stub.onHold(clock.runOut);
  const connected = only(
    await network.connect('threads-token', { token: stub.token() }, signInIo(fetch, clock)),
  );
  const test = createTestContext({ ...connected, clock, media: files, mediaHost: host.host, ...more });
  return {
    stub,
    host,
    network,
    clock,
    connected,
    test,
    plan: (write: Write) => network.plan(write, test.ctx.account, { now: stub.now() }),
    run: (write: Write) => runPatiently(network, jobOf(network, write, test.ctx), test.ctx, stub.passTime),
    runJob: (job: StoredJob) => runPatiently(network, job, test.ctx, stub.passTime),
    pull: (cursor: Cursor | null = null) => pullAll(network, 'notifications', cursor, test.ctx),
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
