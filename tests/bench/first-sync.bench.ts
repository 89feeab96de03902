import { it } from 'vitest';
import type { PullPage } from '../../electron/main/networks/network';
import { createScriptedNetwork, page } from '../fakes/network';
import { createManualClock } from '../fakes/ports';
import { createWorkspace } from '../fakes/workspace';
import { inboxMessages } from './support/messages';
import { report } from './support/report';
import { watchTurns } from './support/turns';

const MESSAGES = 50_000;
const PAGE = 100;

it('lets the window breathe during the first sync of 50,000 messages', async () => {
  const network = createScriptedNetwork();
  const w = createWorkspace(network, { ...createManualClock(), monotonic: () => performance.now() });
  const all = inboxMessages(MESSAGES, w.clock.now());
  let at = 0;
  const next = (): PullPage => {
    const items = Array.from({ length: PAGE }, () => all.next().value).filter((item) => item !== undefined);
    at += items.length;
    return page(items as PullPage['items'], { more: at < MESSAGES, next: { at }, remaining: MESSAGES - at });
  };
  network.script('notifications', ...Array.from({ length: MESSAGES / PAGE }, () => next));
  const id = await w.connectOne();
  const longest = watchTurns();
  while (w.sync.isSyncing(id)) await new Promise((resolve) => setTimeout(resolve, 50));
  const stored = w.db.raw.prepare<[], number>('SELECT COUNT(*) FROM message').pluck().get();
  report({
    name: 'messages of the first sync that are not there',
    value: MESSAGES - (stored ?? 0),
    unit: 'messages',
    limit: 0,
  });
  report({
    name: 'longest stall during the first sync of 50,000 messages',
    value: Math.round(longest()),
    unit: 'ms',
    limit: 50,
  });
  await w.close();
});
