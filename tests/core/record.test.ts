import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import { createCore, type Core } from '../../electron/main/core';
import { createPorts, createSecretStore, createTempDir, systemClock } from '../fakes/ports';
import { until } from '../fakes/until';
import { drip, startRawProvider } from '../servers/ai/raw-provider';

let dir: ReturnType<typeof createTempDir>;
let secrets: ReturnType<typeof createSecretStore>;
let core: Core;

const open = async (): Promise<void> => {
  core = createCore(
    createPorts(dir.path, { clock: systemClock, secrets, http: (input, init) => fetch(input, init) }),
  );
  await core.start();
};
async function ask<Name extends MethodName>(
  method: Name,
  input: Input<Name>,
  part: () => void = () => undefined,
): Promise<Output<Name>> {
  const call = { method, input, stream: `s-${Math.random()}` };
  const answer = await core.invoke(call, { userGesture: true }, part);
  if (!answer.ok) throw Object.assign(new Error(JSON.stringify(answer.error)), answer.error);
  return answer.value as Output<Name>;
}

beforeEach(() => {
  dir = createTempDir();
  secrets = createSecretStore();
});
afterEach(async () => {
  await core.stop();
  dir.remove();
});

describe('the record of a machine that cannot keep secrets', () => {
  it('is unsigned until the person agrees to plain text, and signed from then on, also after a restart', async () => {
    secrets.setProtection('plain-text');
    await open();
    expect(await ask('transparency.state', {})).toMatchObject({ signed: false, broken: null });
    await ask('settings.set', { allowPlainTextSecrets: true });
    const { fingerprint, ...state } = await ask('transparency.verify', {});
    expect(state).toMatchObject({ signed: true, broken: null });
    await core.stop();
    await open();
    expect(await ask('transparency.state', {})).toMatchObject({ signed: true, fingerprint });
  });

  it('goes on without any store, and says that it is not signed', async () => {
    secrets.setProtection('unavailable');
    await open();
    const { size } = await ask('transparency.state', {});
    await ask('settings.set', { allowPlainTextSecrets: true });
    await ask('ai.killSwitch', { stopped: true });
    const state = await ask('transparency.verify', {});
    expect(state).toMatchObject({ signed: false, fingerprint: null, broken: null });
    expect(state.size).toBeGreaterThan(size);
  });
});

describe('a setting that changes what is disclosed or what a model is told', () => {
  it('is in the record with what it was and is, and voice notes with their hash only', async () => {
    await open();
    await ask('settings.set', { disclosure: 'always', theme: 'dark' });
    await ask('settings.set', { disclosure: 'always', weekStartsOn: 0 });
    const [account] = await ask('accounts.startPractice', {});
    await ask('accounts.update', { accountId: account!.id, voiceNotes: 'Never say zqxjk.' });
    await ask('accounts.update', { accountId: account!.id, brand: 'Other', voiceNotes: 'Never say zqxjk.' });

    const rows = (await ask('transparency.list', { types: ['config.change'] })).items;
    const [notes, disclosure] = await Promise.all(rows.map(({ seq }) => ask('transparency.detail', { seq })));
    expect(rows).toHaveLength(2);
    expect(disclosure?.content.map(({ slot, text }) => [slot, text])).toEqual([
      ['before', '"ask"'],
      ['after', '"always"'],
    ]);
    expect(JSON.parse(notes!.entry ?? '')).toMatchObject({
      key: 'account.voiceNotes',
      acct: account!.id,
      after_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(JSON.stringify(notes)).not.toContain('zqxjk');
  });
});

describe('the kill switch while a model is answering', () => {
  it('answers the window within 200 ms, and the server sees its connection closed', async () => {
    const server = await startRawProvider(drip(10));
    await open();
    const { id } = await ask('ai.saveProvider', {
      preset: 'llamacpp',
      name: 'Here',
      baseUrl: server.baseUrl,
      model: 'small',
    });
    await ask('ai.useProvider', { id });
    let parts = 0;
    const calls = Array.from({ length: 3 }, () =>
      ask('ai.suggest', { task: 'post_draft', brief: 'say hello', accountId: null }, () => (parts += 1)).then(
        () => 'finished',
        (error: { readonly kind: string }) => error.kind,
      ),
    );
    await until(() => parts > 3);
    expect((await ask('ai.state', {})).running).toBe(3);

    const start = performance.now();
    expect(await ask('ai.killSwitch', { stopped: true })).toMatchObject({ enabled: false });
    expect(performance.now() - start).toBeLessThan(200);
    expect(await Promise.all(calls)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect((await ask('ai.state', {})).running).toBe(0);
    await until(() => server.closedAt() !== undefined);
    expect(server.closedAt()! - start).toBeLessThan(200);
    await server.stop();
  });
});

describe('what was erased after a backup', () => {
  it('is erased again when that backup is restored', async () => {
    await open();
    await ask('accounts.startPractice', {});
    await until(async () => (await ask('inbox.counts', {})).needs_reply > 50);
    await ask('inbox.saveSavedReply', {
      title: 'Sunday',
      body: 'Open from 12 to 17 on Sunday.',
      accountId: null,
    });
    const hit = (await ask('inbox.search', { query: 'Sunday', filter: {} })).items[0];
    if (!hit) throw new Error('nobody asks about Sunday');
    const { id } = hit.conversation;
    const { messages } = await ask('inbox.conversation', { id });
    const words = messages.findLast(({ direction }) => direction === 'incoming')?.text ?? '';
    await ask('ai.suggest', { task: 'reply_draft', conversationId: id });
    const found = async () => ask('transparency.findSubject', { query: words.slice(0, 40) });

    const backup = await ask('settings.createBackup', {});
    const [subject] = await found();
    expect(subject?.slots).toBeGreaterThan(0);
    await ask('transparency.erase', { subject: subject!.subject, reason: 'gdpr.art17' });
    expect(await found()).toEqual([]);

    await ask('settings.restoreBackup', { name: backup.name });
    await core.stop();
    await open();
    expect(await found()).toEqual([]);
    const entries = (await ask('transparency.list', {})).items.map(({ type }) => type);
    expect(entries).toEqual(expect.arrayContaining(['log.restored', 'erasure']));
    expect((await ask('transparency.verify', {})).broken).toBeNull();
  });
});
