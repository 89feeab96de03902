import { describe, expect, it } from 'vitest';
import { importProblem } from '../../../scripts/lint/import-doors.mjs';

const problem = (file: string, specifier: string, typeOnly = false): string | null =>
  importProblem(file, specifier, typeOnly);

describe('the import table', () => {
  it.each([
    ['electron/main/services/inbox.ts', 'electron', /ports\.ts/],
    ['renderer/src/features/inbox/store.ts', 'electron', /ports\.ts/],
    ['electron/main/ai/tasks/reply.ts', 'openai', /run-task/],
    ['electron/main/services/inbox.ts', 'better-sqlite3', /repository/],
    ['electron/main/scheduler/sweep.ts', 'node-cron', /maintenance/],
    ['shared/domain/content.ts', 'node:crypto', /without Node/],
    ['shared/domain/content.ts', 'vue', /pure rules/],
    ['electron/main/ipc/inbox.ts', '../db/repositories/messages', /services/],
    ['electron/main/ai/run-task.ts', '../networks/bluesky/client', /no way/],
    ['electron/main/ai/run-task.ts', '../db/open', /injected/],
    ['electron/main/networks/bluesky/client.ts', '../mastodon/client', /nothing else/],
    ['electron/main/networks/bluesky/client.ts', '../registry', /nothing else/],
    ['electron/main/networks/http.ts', './bluesky/client', /no single network/],
    ['electron/main/index.ts', './services/inbox', /table of contents/],
    ['renderer/src/features/inbox/store.ts', '../calendar/store', /another/],
    ['renderer/src/features/inbox/store.ts', '@/features/calendar/store', /another/],
    ['renderer/src/ui/Button.vue', '@/features/inbox/store', /props/],
    ['renderer/src/App.vue', '../../electron/main/core', /bridge/],
  ])('%s may not import %s', (file, specifier, door) => {
    expect(problem(file, specifier)).toMatch(door);
  });

  it.each([
    ['electron/main/shell/window.ts', 'electron'],
    ['electron/preload/index.ts', 'electron'],
    ['electron/main/ai/gateway.ts', 'openai'],
    ['electron/main/db/open.ts', 'better-sqlite3'],
    ['electron/main/networks/bluesky/client.ts', './wire'],
    ['electron/main/networks/bluesky/client.ts', '../errors'],
    ['electron/main/networks/registry.ts', './bluesky/index'],
    ['electron/main/core.ts', './services/inbox'],
    ['renderer/src/features/inbox/store.ts', '@/bridge/invoke'],
    ['renderer/src/features/inbox/store.ts', '@shared/domain/content'],
    ['renderer/src/features/inbox/InboxView.vue', './parts/Row.vue'],
    ['tests/core/anything.test.ts', '../../electron/main/db/open'],
  ])('%s may import %s', (file, specifier) => {
    expect(problem(file, specifier)).toBeNull();
  });

  it('lets injected things be named by their types', () => {
    const [file, repository] = ['electron/main/services/inbox.ts', '../db/repositories/messages'];
    expect(problem(file, repository, true)).toBeNull();
    expect(problem(file, repository)).toMatch(/types are fine/);
  });
});
