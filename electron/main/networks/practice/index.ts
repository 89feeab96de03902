import type { Clock } from '../../ports';
import type { AccountCtx, Connected, Network } from '../network';
import { connectBrand, practiceBrandIds, practiceMethods, profileOf } from './auth';
import { practiceCapabilities } from './capabilities';
import { sessionOf } from './client';
import { pullPractice } from './inbox';
import { planPractice } from './plan';
import { reconcilePractice, runPracticeStep } from './publish';
import type { PracticeFaults } from '@shared/domain/practice-faults';
import { createServerDoor } from './server/server';

/** A whole network on this device: two brands and a few hundred people who write, answer and complain. */
export function createPracticeNetwork({ folder, clock }: { readonly folder: string; readonly clock: Clock }) {
  const door = createServerDoor(folder, clock);
  const session = (ctx: AccountCtx) => sessionOf(door, ctx);

  const network: Network = {
    id: 'practice',
    defaults: practiceCapabilities,
    connectMethods: practiceMethods,
    connect: (_method, fields) => Promise.resolve(fields).then((given) => [connectBrand(door, given)]),
    check: async (ctx) => {
      const { server, token, signal } = session(ctx);
      return { profile: profileOf(await server.whoAmI(token, signal)), capabilities: practiceCapabilities };
    },
    plan: planPractice,
    runStep: (step, done, ctx) => runPracticeStep(door, step, done, ctx),
    reconcile: (step, _done, ctx) => reconcilePractice(door, step, ctx),
    pull: (stream, cursor, ctx) => pullPractice(door, stream, cursor, ctx),
    exists: (remoteId, ctx) => {
      const { server, token, signal } = session(ctx);
      return server.has(token, remoteId, signal);
    },
    metrics: (remoteIds, ctx) => {
      const { server, token, signal } = session(ctx);
      return server.numbers(token, remoteIds, signal);
    },
  };
  /** What Settings does with the practice workspace as a whole. */
  const control = {
    start: (): readonly Connected[] => practiceBrandIds.map((brand) => connectBrand(door, { brand })),
    remove: (): void => door.destroy(),
    faults: (): PracticeFaults => door.open().faults(),
    setFaults: (next: PracticeFaults): PracticeFaults => door.open().setFaults(next),
    image: (id: string): Promise<string | undefined> => door.open().image(id),
    close: (): void => door.close(),
  };
  return { network, control };
}
export type PracticeNetwork = ReturnType<typeof createPracticeNetwork>;
