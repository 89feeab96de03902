import { afterEach, describe, expect, it } from 'vitest';
import { approvalHash, noDisclosure, type Approvable } from '@shared/domain/content';
import { AppError } from '@shared/domain/errors';
import { uuidv7, type ApprovalId, type SuggestionId } from '@shared/domain/ids';
import { createPublications } from '../../electron/main/db/repositories/publications';
import { hashOf } from '../../electron/main/services/approvals';
import { checkCoverage } from '../../electron/main/transparency/coverage';
import { nothingChosen, startWorld, type StartedWorld } from '../fakes/engine';
import { refusal } from '../fakes/fake-network';

const MINUTE = 60_000;
const open: StartedWorld[] = [];
const start = (): StartedWorld => {
  const world = startWorld();
  open.push(world);
  return world;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});
const kindOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.kind;
    throw error;
  }
  return 'none';
};

describe('an approval', () => {
  it('is hashed the same way in the window and in main', async () => {
    const content: Approvable = {
      kind: 'reply',
      accountId: uuidv7(1),
      conversationId: uuidv7(1),
      text: 'Grüße 🎉 "quoted"',
      disclosure: { decision: 'text', basis: 'brand_policy', text: 'Drafted with AI' },
    };
    expect(hashOf(content)).toBe(await approvalHash(content));
  });

  it('needs a gesture of the person', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    await expect(world.reply(conversationId, 'Hello', { gesture: false })).rejects.toMatchObject({
      kind: 'approval_missing',
    });
    expect(world.jobs()).toHaveLength(0);
    expect(world.entries('human.decision')).toHaveLength(0);
  });

  it('of another text is refused', () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const input = {
      id: conversationId,
      text: 'What was typed',
      disclosure: noDisclosure,
      review: { openedMs: 1, focusedMs: 1 },
      approvedHash: 'a'.repeat(64),
      markDone: false,
    };
    expect(kindOf(() => world.engine.services.replies.reply(input, world.person))).toBe('approval_mismatch');
  });

  it('to send now runs out after 15 minutes, and Retry asks for a new one', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const { messageId, jobId } = await world.reply(conversationId, 'Hello');
    world.accounts.setHealth(world.account.id, 'paused', null);
    await world.pass(20 * MINUTE, MINUTE);
    world.accounts.setHealth(world.account.id, 'ok', null);
    await world.pass(MINUTE);
    expect(world.message(messageId)).toMatchObject({
      delivery: 'failed',
      problem: { kind: 'approval_expired' },
    });
    expect(world.network.requests).toHaveLength(0);
    expect(kindOf(() => world.engine.services.outbox.retry({ id: jobId }, { userGesture: false }))).toBe(
      'approval_missing',
    );
    world.engine.services.outbox.retry({ id: jobId }, world.person);
    await world.pass(MINUTE);
    expect(world.message(messageId).delivery).toBe('sent');
    expect(world.entries('human.decision')).toHaveLength(2);
  });

  it('does not cover bytes that changed after it was given', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const { messageId, jobId } = await world.reply(conversationId, 'Hello');
    world.db.raw.prepare(`UPDATE job SET write = replace(write, 'Hello', 'Other') WHERE id = ?`).run(jobId);
    await world.pass(MINUTE);
    expect(world.message(messageId).problem?.kind).toBe('approval_mismatch');
    expect(world.network.requests).toHaveLength(0);
  });

  it('serves one job and no other', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const { jobId } = await world.reply(conversationId, 'Hello');
    const approvalId = (
      world.db.raw.prepare('SELECT approval_id AS id FROM job WHERE id = ?').get(jobId) as { id: ApprovalId }
    ).id;
    await world.pass(10_000);
    const again = {
      accountId: world.account.id,
      kind: 'reply',
      subjectId: 'x',
      lane: 'y',
      dueAt: 1,
      summary: '',
      approvalId,
    } as const;
    const write = { kind: 'dm', conversation: { remoteKey: 'a', type: 'dm' }, text: 'Hello' } as const;
    expect(kindOf(() => world.engine.jobs.enqueue({ ...again, write }))).toBe('approval_missing');
    expect(kindOf(() => world.engine.jobs.enqueue({ ...again, approvalId: undefined, write }))).toBe(
      'approval_missing',
    );
  });

  it('stays with its job through refusals and retries', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    await world.reply(conversationId, 'Hello');
    world.network.failNext(
      ...Array.from({ length: 5 }, () => ({ when: 'before', error: refusal('server') }) as const),
    );
    await world.pass(30 * MINUTE, 10_000);
    expect(world.network.effects).toHaveLength(1);
    expect(world.entries('human.decision')).toHaveLength(1);
  });

  it('is void once the approved text of a scheduled post changes', async () => {
    const world = start();
    const post = await world.schedule(world.compose(['First']), world.clock.now() + 10 * MINUTE);
    const saved = world.engine.services.composer.save({
      id: post.id,
      base: { segments: [{ text: 'Second', mediaIds: [] }] },
      variants: [{ accountId: world.account.id, override: null, ...nothingChosen }],
    });
    expect(saved.variants[0]?.state).toBe('awaiting_approval');
    await world.pass(20 * MINUTE, 10_000);
    expect(world.network.requests).toHaveLength(0);
    await world.schedule(saved, world.clock.now() + MINUTE);
    await world.pass(2 * MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['Second']);
  });

  it('declares AI in the text when the person approved that, and nothing else is added', async () => {
    const world = start();
    const draft = world.compose(['News']);
    const disclosure = {
      decision: 'text',
      basis: 'brand_policy',
      text: 'Drafted with AI, reviewed by Northwind',
    } as const;
    const post = world.engine.services.composer.save({
      id: draft.id,
      base: draft.base,
      variants: [{ accountId: world.account.id, override: null, ...nothingChosen }],
      disclosure,
    });
    await world.publishNow(post);
    await world.pass(5_000);
    expect(world.network.effects[0]?.text).toBe('News\n\nDrafted with AI, reviewed by Northwind');
    expect(world.entries('publish')[0]?.entry).toMatchObject({
      disclosure: { decision: 'text', visible: true },
    });
  });
});

describe('words of the AI', () => {
  const suggest = (
    world: StartedWorld,
    subjectId: string,
    text: string,
  ): { id: SuggestionId; seq: number } => {
    const request = world.transparency.append({
      type: 'ai.blocked',
      actor: { kind: 'ai', ref: 'model' },
      reason: 'policy',
    });
    const response = world.transparency.append({
      type: 'ai.blocked',
      actor: { kind: 'ai', ref: 'model' },
      reason: 'policy',
    });
    const id = uuidv7<SuggestionId>(world.clock.now());
    world.suggestions.insert({
      id,
      task: 'reply_draft',
      subjectId,
      source: 'model',
      text,
      requestId: request.id,
      responseId: response.id,
      requestSeq: request.seq,
      responseSeq: response.seq,
      model: 'test',
      checks: [],
      createdAt: 1,
    });
    world.suggestions.settle(id, 'inserted');
    return { id, seq: response.seq };
  };

  it('that a person edited are told from the share of words that are left', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const { seq } = suggest(world, conversationId, 'Thank you for your message we are open until six today');
    const { messageId } = await world.reply(
      conversationId,
      'Thank you for your message, we are open until seven',
    );
    expect(world.message(messageId)).toMatchObject({ origin: 'ai_edited', aiSeq: seq });
    expect(world.entries('human.decision')[0]?.entry).toMatchObject({
      decision: 'edited',
      contribution: { class: 'light', kept_milli: 818, ai_share_milli: 900 },
    });
  });

  it('are looked for in the log as soon as a network accepted them, post and reply alike', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    suggest(world, conversationId, 'We are open until six today');
    const { messageId } = await world.reply(conversationId, 'We are open until six today');
    const post = world.compose(['News of the week']);
    suggest(world, post.id, 'News of the week');
    await world.publishNow(post);
    const byHand = await world.publishNow(world.compose(['By hand']));
    const { withAi } = createPublications(world.db);
    await world.pass(5_000);
    const accepted = [...withAi()].map(({ draft }) => draft);
    expect(accepted.sort()).toEqual([messageId, post.variants[0]!.id].sort());
    expect(accepted).not.toContain(byHand.variants[0]!.id);

    const coverage = () => checkCoverage({ db: world.db.raw, facts: { posts: withAi } });
    expect(coverage().gaps).toEqual([]);
    world.db.raw.exec(
      "DROP TRIGGER ai_ent_upd; UPDATE ai_log_entry SET type = 'incident' WHERE type = 'publish'",
    );
    expect(
      coverage()
        .gaps.map(({ kind, subject }) => [kind, subject])
        .sort(),
    ).toEqual(accepted.map((draft) => ['post_without_publish', draft]).sort());
  });
});
