import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approvalHash, noDisclosure, type Approvable } from '@shared/domain/content';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import { createCore, type Core } from '../../electron/main/core';
import { createPorts, createTempDir, systemClock } from '../fakes/ports';
import { until } from '../fakes/until';

const gesture = { userGesture: true };

describe('the core in plain Node, with the practice network', () => {
  let dir: ReturnType<typeof createTempDir>;
  let core: Core;

  const ask = async <Name extends MethodName>(
    method: Name,
    input: Input<Name>,
    caller = gesture,
  ): Promise<Output<Name>> => {
    const answer = await core.invoke(
      { method, input, stream: `s-${Math.random()}` },
      caller,
      () => undefined,
    );
    if (!answer.ok) throw Object.assign(new Error(JSON.stringify(answer.error)), { info: answer.error });
    return answer.value as Output<Name>;
  };

  beforeEach(async () => {
    dir = createTempDir();
    core = createCore(createPorts(dir.path, { clock: systemClock }));
    await core.start();
    await ask('accounts.startPractice', {});
    await until(async () => (await ask('inbox.counts', {})).needs_reply > 50);
    await ask('accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
  });
  afterEach(async () => {
    await core.stop();
    dir.remove();
  });

  const firstConversation = async () => {
    const page = await ask('inbox.list', { filter: { view: 'needs_reply', types: ['comment'] } });
    const row = page.items[0];
    if (!row) throw new Error('no conversation');
    return row;
  };
  const replyTo = async (row: Awaited<ReturnType<typeof firstConversation>>, text: string) => {
    const conversation = await ask('inbox.conversation', { id: row.id });
    const parent = conversation.messages.findLast((message) => message.direction === 'incoming');
    const content: Approvable = {
      kind: 'reply',
      accountId: row.accountId,
      conversationId: row.id,
      parentId: parent?.id,
      text,
      disclosure: noDisclosure,
    };
    const review = { openedMs: 4_000, focusedMs: 3_000 };
    return {
      content,
      input: {
        id: row.id,
        parentId: parent?.id,
        text,
        disclosure: noDisclosure,
        review,
        approvedHash: await approvalHash(content),
        markDone: true,
      },
    };
  };

  test('a conversation is read, answered and marked as done; the answer leaves once', async () => {
    const row = await firstConversation();
    const { input } = await replyTo(row, 'Yes, we are open on Sunday.');
    const { messageId } = await ask('inbox.reply', input);
    await until(
      async () =>
        (await ask('inbox.conversation', { id: row.id })).messages.find((message) => message.id === messageId)
          ?.delivery === 'sent',
      15_000,
    );
    const after = await ask('inbox.conversation', { id: row.id });
    expect(after.row.state).toBe('done');
    expect(after.messages.filter((message) => message.text === 'Yes, we are open on Sunday.')).toHaveLength(
      1,
    );
    await ask('accounts.sync', {});
    const synced = await ask('inbox.conversation', { id: row.id });
    expect(synced.messages.filter((message) => message.text === 'Yes, we are open on Sunday.')).toHaveLength(
      1,
    );
    const log = await ask('transparency.list', {});
    expect(log.items.map((entry) => entry.type)).toEqual(
      expect.arrayContaining(['human.decision', 'publish', 'log.genesis']),
    );
  });

  test('nothing leaves without a gesture, or with another text than the one approved', async () => {
    const row = await firstConversation();
    const { input } = await replyTo(row, 'Approved words.');
    await expect(ask('inbox.reply', input, { userGesture: false })).rejects.toMatchObject({
      info: { kind: 'approval_missing' },
    });
    await expect(ask('inbox.reply', { ...input, text: 'Other words.' })).rejects.toMatchObject({
      info: { kind: 'approval_mismatch' },
    });
    expect(await ask('outbox.list', {})).toEqual([]);
  });

  test('the log of all this verifies', async () => {
    const row = await firstConversation();
    await ask('inbox.reply', (await replyTo(row, 'Thank you!')).input);
    const state = await ask('transparency.verify', {});
    expect(state.broken).toBeNull();
    expect(state.size).toBeGreaterThan(1);
  });

  test('without a provider the helper proposes saved replies and says that it is no model', async () => {
    await ask('inbox.saveSavedReply', {
      title: 'Sunday hours',
      body: 'Hi {first_name}, on Sunday we are open from 12 to 17.',
      accountId: null,
    });
    await ask('inbox.saveSavedReply', { title: 'Refund', body: 'We will refund you.', accountId: null });
    const hits = await ask('inbox.search', { query: 'open Sunday', filter: {} });
    const hit = hits.items[0];
    if (!hit) throw new Error('nobody asks about Sunday');
    const suggestion = await ask('ai.suggest', { task: 'reply_draft', conversationId: hit.conversation.id });
    expect(suggestion).toMatchObject({ source: 'helper', model: null });
    expect(suggestion.text).toContain('12 to 17');
  });

  test('every answer of a read-only method survives structured cloning', async () => {
    const reads = [
      'app.state',
      'accounts.list',
      'accounts.networks',
      'inbox.counts',
      'ai.state',
      'ai.providers',
      'outbox.list',
      'settings.get',
      'settings.backups',
      'transparency.state',
      'transparency.models',
      'transparency.leaving',
      'calendar.unscheduled',
      'calendar.missed',
      'composer.drafts',
    ] as const;
    for (const name of reads) {
      const value = await ask(name, {});
      expect(structuredClone(value), name).toEqual(value);
    }
  });

  test('the practice workspace goes with one call and leaves nothing', async () => {
    await ask('accounts.removePractice', {});
    expect(await ask('accounts.list', {})).toEqual([]);
    expect((await ask('inbox.list', { filter: { view: 'open' } })).items).toEqual([]);
    expect(await ask('inbox.counts', {})).toMatchObject({ open: 0, unread: 0, needs_reply: 0 });
  });
});

test('an app that is told to end while it is still beginning ends in order', async () => {
  const dir = createTempDir();
  const core = createCore(createPorts(dir.path, { clock: systemClock }));
  const beginning = core.start();
  await core.stop();
  await expect(beginning).resolves.toBeUndefined();
  await expect(core.start()).resolves.toBeUndefined();
  dir.remove();
});
