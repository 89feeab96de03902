import { describe, expect, it } from 'vitest';
import { conversation, later, opened, pull, run, stub, test, useYoutube } from './youtube-context';

useYoutube();

const DAY = 86_400_000;
const queues = () => stub.requests.filter((one) => one.includes('moderationStatus='));
const told = ({ items }: Awaited<ReturnType<typeof pull>>) =>
  items.map((item) => (item.kind === 'message' ? [item.text, item.hidden] : [item.kind, item.remoteId]));

describe('comments that YouTube holds for review', () => {
  it('come in as hidden with those it takes for spam, once, whatever the size of the queue', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    stub.receive(root.id, 'Nice');
    const held = stub.hold(root.id, 'Is this a scam?');
    stub.hold(root.id, 'Buy followers', undefined, 'likelySpam');
    const first = await pull();
    expect(told(first)).toEqual([
      ['Is this a scam?', true],
      ['Buy followers', true],
      ['Nice', false],
    ]);
    expect(first.messages.find(({ remoteId }) => remoteId === held.id)).toMatchObject({
      conversation: { remoteKey: held.id, type: 'comment', origin: { remoteId: root.id } },
      ref: { thread: held.id, video: root.id },
      own: false,
    });
    expect(queues()).toHaveLength(2);
    for (let index = 0; index < 250; index += 1) stub.hold(root.id, `held ${index}`);
    const second = await pull(first.cursor);
    expect(second.items).toHaveLength(250);
    expect((await pull(second.cursor)).items).toEqual([]);
  });

  it('are asked for twice in a round, for every request costs quota', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    for (let index = 0; index < 250; index += 1) stub.receive(root.id, `${index}`);
    const { cursor } = await pull();
    expect(queues()).toHaveLength(2);
    const left = stub.unitsLeft();
    await pull(cursor);
    expect(left - stub.unitsLeft()).toBeLessThan(8);
  });

  it('are shown, hidden again and removed by a decision here', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const held = stub.hold(root.id, 'A question');
    const start = await pull();
    const act = (kind: 'hide' | 'unhide' | 'delete_other') =>
      run({ kind, conversation: conversation(held.id), target: start.messages[0]! });
    await act('unhide');
    expect(held.moderation).toBe('published');
    const shown = await pull(start.cursor);
    expect(told(shown)).toEqual([['A question', false]]);
    expect((await pull(shown.cursor)).items).toEqual([]);
    await act('hide');
    expect(held.moderation).toBe('heldForReview');
    const again = await pull(shown.cursor);
    expect(told(again)).toEqual([['A question', true]]);
    await act('delete_other');
    expect(held.moderation).toBe('rejected');
    expect(told(await pull(again.cursor))).toEqual([['deleted', held.id]]);
  });

  it('become visible when somebody publishes them in YouTube Studio days later, with what is answered then', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const held = stub.store.addComment({
      video: root.id,
      text: 'Old question',
      moderation: 'heldForReview',
      at: Date.now() - 5 * DAY,
    });
    stub.receive(root.id, 'New');
    const start = await pull();
    held.moderation = 'published';
    const shown = await pull(start.cursor);
    expect(told(shown)).toEqual([['Old question', false]]);
    expect(shown.messages[0]!.conversation).toMatchObject({
      remoteKey: held.id,
      origin: { remoteId: root.id },
    });
    stub.receive(root.id, 'An answer', held.id);
    const next = await pull(shown.cursor, opened.context(later(31 * 60_000)));
    expect(told(next)).toEqual([
      ['Old question', false],
      ['An answer', false],
    ]);
  });

  it('may be answers below a comment that everybody sees, and leave it one by one', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const top = stub.store.addComment({ video: root.id, text: 'Top', at: Date.now() - 40 * DAY });
    const [one, two] = ['One', 'Two'].map((text) => stub.hold(root.id, text, top.id));
    stub.hold(root.id, 'Spam', top.id, 'likelySpam');
    const start = await pull();
    expect(start.messages.map(({ text, hidden, context = false }) => [text, hidden, context])).toEqual([
      ['Top', false, true],
      ['One', true, false],
      ['Top', false, true],
      ['Two', true, false],
      ['Top', false, true],
      ['Spam', true, false],
    ]);
    expect(new Set(start.messages.map((message) => message.conversation.remoteKey))).toEqual(
      new Set([top.id]),
    );
    one!.moderation = 'published';
    const next = await pull(start.cursor);
    expect(told(next)).toEqual([['One', false]]);
    // So many that the thread comes without those that wait: they are not taken for published.
    for (let index = 0; index < 5; index += 1)
      stub.store.addComment({
        video: root.id,
        text: `${index}`,
        parent: top.id,
        moderation: 'heldForReview',
      });
    const more = await pull(next.cursor);
    expect(told(more).filter(([text]) => text === 'Two')).toEqual([]);
    stub.store.removeComment(two!.id);
    for (const other of stub.store.waitingBelow(top.id)) stub.store.removeComment(other.id);
    expect((await pull(more.cursor)).items).toContainEqual({ kind: 'deleted', remoteId: two!.id });
  });

  it('are not taken for deleted while they wait, nor for published when the queue is too long to be read whole', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Rude');
    const start = await pull();
    first.moderation = 'heldForReview';
    stub.loseHeld();
    const hidden = await pull(start.cursor, opened.context(later(31 * 60_000)));
    expect(told(hidden)).toEqual([['Rude', true]]);
    for (let index = 0; index < 350; index += 1)
      stub.store.addComment({
        video: root.id,
        text: `${index}`,
        moderation: 'heldForReview',
        at: Date.now() + 60_000,
      });
    const flooded = await pull(hidden.cursor, opened.context(later(62 * 60_000)));
    expect(flooded.items).toHaveLength(300);
    expect(told(flooded)).not.toContainEqual(['Rude', false]);
  });

  it('are left out where YouTube refuses to tell them or how they stand, and the others come in', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    stub.receive(root.id, 'Nice');
    stub.hold(root.id, 'Held');
    stub.leaveOutModeration();
    const silent = await pull();
    expect(told(silent)).toEqual([['Nice', false]]);
    expect(test.lines.join()).toContain('does not tell which of its comments');
    stub.refuseQueues();
    stub.receive(root.id, 'Also nice');
    const refused = await pull(silent.cursor);
    expect(told(refused)).toEqual([['Also nice', false]]);
    expect(test.lines.join()).toContain('did not tell what it holds');
  });

  it('are those of the last weeks only, and a cursor from before there were any goes on', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    stub.store.addComment({
      video: root.id,
      text: 'Long ago',
      moderation: 'heldForReview',
      at: Date.now() - 40 * DAY,
    });
    stub.receive(root.id, 'Nice');
    const start = await pull();
    expect(told(start)).toEqual([['Nice', false]]);
    const { held: _, ...older } = start.cursor as Record<string, unknown>;
    stub.hold(root.id, 'Now');
    expect(told(await pull(older))).toEqual([['Now', true]]);
  });
});
