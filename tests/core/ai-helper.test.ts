import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7, type AccountId, type MessageId, type SavedReplyId } from '@shared/domain/ids';
import { collect, openWorkspace, type Workspace } from './ai-workspace';

let space: Workspace;
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

const save = (title: string, body: string, accountId: AccountId | null = null) =>
  space.savedReplies.save({ id: uuidv7<SavedReplyId>(Date.now()), title, body, accountId }, 1);
const learn = (accountId: AccountId, question: string, answer: string) =>
  space.answers.record({
    messageId: uuidv7<MessageId>(Date.now()),
    accountId,
    question,
    answer,
    approvedAt: 1,
  });
const ask = async (account: ReturnType<Workspace['account']>, text: string) => {
  const conversationId = space.conversation(account, [text], `thread-${text}`);
  return space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream);
};

describe('the helper on this device', () => {
  it('proposes the saved reply that fits, with its variables filled, and says what it is', async () => {
    save('Shipping time', 'Hi {name}, shipping takes three to five days.');
    save('Returns', 'You can return items within 30 days.');
    save('Opening hours', 'We are open from nine to five.');
    const suggestion = await ask(space.account(), 'Hello, how long does shipping take to Austria?');
    expect(suggestion).toMatchObject({
      source: 'helper',
      model: null,
      host: null,
      local: true,
      assumes: null,
      text: 'Hi Ada, shipping takes three to five days.',
      sources: [{ kind: 'saved_reply', title: 'Shipping time' }],
    });
  });
  it('joins replies to a message with two questions, and never two that say the same', async () => {
    save('Shipping time', 'Shipping takes three to five days.');
    save('Shipping abroad', 'Shipping takes three to five days.');
    save('Returns', 'Returns are free within 30 days.');
    const { text, sources } = await ask(
      space.account(),
      'How long does shipping take and how do returns work?',
    );
    expect(text.split('\n\n').sort()).toEqual([
      'Returns are free within 30 days.',
      'Shipping takes three to five days.',
    ]);
    expect(sources).toHaveLength(2);
  });
  it('stays within the limit of the network', async () => {
    save('Shipping', `Shipping. ${'x'.repeat(280)}`);
    save('Returns', `Returns. ${'y'.repeat(280)}`);
    const { text, checks } = await ask(space.account(), 'Questions on shipping and returns');
    expect(text.length).toBeLessThanOrEqual(300);
    expect(checks.find(({ id }) => id === 'length')).toMatchObject({ ok: true });
  });
  it('learns from approved answers of the same account only', async () => {
    const [mine, other] = [space.account(), space.account({ handle: 'other.example' })];
    learn(mine.id, 'Is the oat milk gluten free?', 'Yes, our oat milk is gluten free.');
    learn(other.id, 'Is the oat milk organic?', 'That is a secret.');
    const suggestion = await ask(mine, 'Hey, is your oat milk gluten free?');
    expect(suggestion.text).toBe('Yes, our oat milk is gluten free.');
    expect(suggestion.sources).toEqual([{ kind: 'past_answer', title: 'Is the oat milk gluten free?' }]);
  });
  it('keeps saved replies of another account out', async () => {
    const [mine, other] = [space.account(), space.account({ handle: 'other.example' })];
    save('Shipping', 'Shipping of the other brand', other.id);
    await expect(ask(mine, 'shipping?')).rejects.toMatchObject({ kind: 'not_found' });
  });
  it('finds replies in languages that write without spaces', async () => {
    save('営業時間', '営業時間は九時から五時までです。');
    save('返品', '返品は三十日以内に可能です。');
    expect((await ask(space.account(), '明日の営業時間を教えてください')).text).toBe(
      '営業時間は九時から五時までです。',
    );
  });
  it('is not fooled by the syntax of the search', async () => {
    save('Shipping', 'Shipping takes three days.');
    for (const text of [
      'shipping" OR NEAR(',
      'title:shipping AND NOT *',
      "'; DROP TABLE saved_reply; --shipping",
      '"""shipping',
    ])
      expect((await ask(space.account(), text)).text).toBe('Shipping takes three days.');
  });
  it('is logged like every act of the AI side, as local and not as a model', async () => {
    save('Shipping', 'Shipping takes three days.');
    const account = space.account();
    const suggestion = await ask(account, 'How long is shipping?');
    const [request, response] = [space.entries('ai.request')[0]!, space.entries('ai.response')[0]!];
    expect(request.entry).toMatchObject({
      task: 'reply_draft',
      task_class: 'analysis',
      acct: account.id,
      endpoint: { host: 'on-device', local: true },
      gen_ai: { 'gen_ai.provider.name': 'on-device' },
      prompt: { name: 'on-device-helper' },
    });
    expect(response).toMatchObject({
      seq: suggestion.responseSeq,
      entry: { status: 'ok', ref: { request: request.id } },
    });
    expect(response.slots.output?.text).toBe(suggestion.text);
    expect(space.repository.byId(suggestion.id)).toMatchObject({ source: 'helper', text: suggestion.text });
    expect(space.gateway.calls()).toEqual({ chat: 0, other: 0 });
    expect([...space.repository.drafts()]).toEqual([]);
  });
  it('says so when nothing fits, and records that too', async () => {
    save('Shipping', 'Shipping takes three days.');
    await expect(ask(space.account(), 'Do you like music?')).rejects.toMatchObject({ kind: 'not_found' });
    expect(space.entries('ai.response')[0]!.entry).toMatchObject({
      status: 'invalid',
      error_type: 'nothing_fits',
    });
  });
});
