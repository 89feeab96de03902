import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDraftStore } from '@/features/inbox/draft-store';
import { installFakeCandor } from '../support/fake-candor';
import { NOW, sampleAccount, sampleRow } from '../support/sample';

const account = sampleAccount();
const one = sampleRow(account, 'One').id;
const two = sampleRow(account, 'Two').id;
const fake = installFakeCandor();

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  fake.calls.length = 0;
  fake.on({ 'inbox.saveDraft': () => ({ savedAt: NOW }) });
});
afterEach(() => vi.useRealTimers());

describe('drafts', () => {
  it('are saved a moment after the last key', async () => {
    const drafts = useDraftStore();
    drafts.open(one);
    drafts.type(one, 'H');
    drafts.type(one, 'Hi');
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.calls).toEqual([{ method: 'inbox.saveDraft', input: { id: one, text: 'Hi' } }]);
    expect(drafts.current).toMatchObject({ dirty: false, savedAt: NOW });
  });

  it('are saved at once when another conversation is opened, and are there on the way back', async () => {
    const drafts = useDraftStore();
    drafts.open(one);
    drafts.type(one, 'for one');
    drafts.open(two);
    await vi.advanceTimersByTimeAsync(0);
    expect(fake.calls).toHaveLength(1);
    expect(drafts.current?.text).toBe('');
    drafts.open(one);
    expect(drafts.current?.text).toBe('for one');
  });

  it('are never replaced by what main sends while the person types', () => {
    const drafts = useDraftStore();
    drafts.open(one);
    drafts.type(one, 'typed');
    drafts.stored(one, { text: 'older', savedAt: NOW });
    expect(drafts.current?.text).toBe('typed');
  });

  it('stay, marked as not stored, when saving fails, and are tried again', async () => {
    const drafts = useDraftStore();
    fake.on({
      'inbox.saveDraft': () => {
        throw new Error('disk');
      },
    });
    drafts.open(one);
    drafts.type(one, 'precious');
    await vi.advanceTimersByTimeAsync(1000);
    expect(drafts.current).toMatchObject({ text: 'precious', dirty: true, problem: { kind: 'internal' } });
    fake.on({ 'inbox.saveDraft': () => ({ savedAt: NOW }) });
    await drafts.flush(one);
    expect(drafts.current).toMatchObject({ dirty: false, problem: null });
  });

  it('forget the suggestion once the person has emptied the text', () => {
    const drafts = useDraftStore();
    drafts.open(one);
    drafts.type(one, 'from AI');
    drafts.inserted(one, { id: one as never, text: 'from AI' });
    drafts.type(one, '');
    expect(drafts.current?.suggestion).toBeNull();
  });

  it('go with what was sent, but not what was typed while it was on its way', async () => {
    const drafts = useDraftStore();
    drafts.open(one);
    drafts.type(one, 'sent');
    drafts.sent(one, 'sent');
    expect(drafts.current?.text).toBe('');
    drafts.type(one, 'typed meanwhile');
    drafts.sent(one, 'sent');
    await vi.advanceTimersByTimeAsync(0);
    expect(drafts.current?.text).toBe('typed meanwhile');
    expect(fake.calls.at(-1)).toEqual({
      method: 'inbox.saveDraft',
      input: { id: one, text: 'typed meanwhile' },
    });
  });
});
