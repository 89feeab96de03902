import { appError } from '@shared/domain/errors';
import type {
  Connected,
  Cursor,
  InboxItem,
  Network,
  PullPage,
  Stream,
} from '../../electron/main/networks/network';
import { capabilities } from './inbox';

export type ScriptedNetwork = Network & {
  /** Answers of the next pulls, in order; a function is called. After the last one: nothing new. */
  readonly script: (stream: Stream, ...answers: (PullPage | (() => Promise<PullPage> | PullPage))[]) => void;
  readonly pulls: readonly { readonly stream: Stream; readonly cursor: Cursor | null }[];
};

export const page = (items: readonly InboxItem[], rest: Partial<PullPage> = {}): PullPage => ({
  items,
  next: { at: items.length },
  more: false,
  ...rest,
});

export const northwind: Connected = {
  profile: {
    remoteId: 'did:northwind',
    handle: 'northwind.example',
    displayName: 'Northwind',
    serviceUrl: 'https://pds.example',
  },
  secrets: { access: 'access-1', refresh: 'refresh-1' },
};

/** A network whose answers a test writes down: for what happens around a network, never in place of one. */
export function createScriptedNetwork(override: Partial<Network> = {}): ScriptedNetwork {
  const answers = new Map<Stream, (PullPage | (() => Promise<PullPage> | PullPage))[]>();
  const pulls: { stream: Stream; cursor: Cursor | null }[] = [];
  const unused = (): never => {
    throw appError('internal', { detail: 'not part of this test' });
  };
  return {
    id: 'practice',
    defaults: capabilities,
    connectMethods: [
      {
        id: 'password',
        fields: [
          { name: 'handle', secret: false },
          { name: 'password', secret: true },
          { name: 'service', secret: false, optional: true },
        ],
      },
    ],
    connect: () => Promise.resolve([northwind]),
    check: () => Promise.resolve({ profile: northwind.profile, capabilities }),
    plan: unused,
    runStep: unused,
    reconcile: unused,
    exists: unused,
    metrics: unused,
    pull: async (stream, cursor) => {
      pulls.push({ stream, cursor });
      const next = answers.get(stream)?.shift();
      if (!next) return { items: [], next: cursor, more: false };
      return typeof next === 'function' ? next() : next;
    },
    pulls,
    script: (stream, ...more) => void answers.set(stream, [...(answers.get(stream) ?? []), ...more]),
    ...override,
  };
}
