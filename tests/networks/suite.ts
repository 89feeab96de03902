import { namedAnswer } from '@shared/domain/named-answer';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorKind } from '@shared/domain/errors';
import { NetworkError, type Sent } from '../../electron/main/networks/errors';
import type {
  AccountCtx,
  Cursor,
  InboxItem,
  Network,
  RemoteConversation,
  Stream,
  Write,
} from '../../electron/main/networks/network';
import type { TestContext } from './context';
import { jobOf, runJob, runJobToTheEnd } from './drive';

export type Fault =
  | 'rate_limit'
  | 'server_error'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | 'expired_token'
  | 'revoked'
  | 'offline';

/** One network with somebody on the other side, made anew for every test. */
export type NetworkFixture = {
  readonly network: Network;
  readonly context: () => TestContext;
  /** The next call (the next visible write where one is made) meets this. */
  readonly fault: (fault: Fault) => void;
  readonly world: {
    /** Somebody writes to the account; gives the remote id. */
    readonly receive: (text: string) => Promise<string>;
    readonly receiveDm?: (text: string) => Promise<string>;
    /** Texts of the account's own public posts and answers, oldest first. */
    readonly published: () => Promise<readonly string[]>;
    readonly sentDms?: () => Promise<readonly string[]>;
    readonly isLiked?: (remoteId: string) => Promise<boolean>;
    readonly isHidden?: (remoteId: string) => Promise<boolean>;
    /** How often the account's session was renewed so far; absent where sign-ins do not expire by themselves. */
    readonly refreshes?: () => number;
  };
  readonly imageId: string;
  /** The smallest post with this text, where a text alone is none (an image under it, a video). */
  readonly post?: (text: string) => Write;
  /** Strings that must never appear in an error or a log line. */
  readonly secrets: () => readonly string[];
  readonly close: () => Promise<void>;
};

type Message = Extract<InboxItem, { readonly kind: 'message' }>;

/** Pulls until the network has nothing more to give right now. */
export async function pullAll(
  network: Network,
  stream: Stream,
  from: Cursor | null,
  ctx: AccountCtx,
  onPage?: () => Promise<void>,
) {
  const items: InboxItem[] = [];
  let cursor = from;
  for (let more = true; more;) {
    const page = await network.pull(stream, cursor, ctx);
    items.push(...page.items);
    cursor = page.next === null ? null : (JSON.parse(JSON.stringify(page.next)) as Cursor);
    more = page.more;
    await onPage?.();
  }
  return { items, messages: items.filter((item): item is Message => item.kind === 'message'), cursor };
}

const errorOf = async (work: Promise<unknown>): Promise<NetworkError> => {
  const error = await work.then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NetworkError);
  return error as NetworkError;
};

/** What every network must do, whatever it is made of. */
export function networkSuite(name: string, open: () => Promise<NetworkFixture>): void {
  describe(`${name}: the suite that every network passes`, () => {
    let fixture: NetworkFixture;
    let test: TestContext;
    const opened: NetworkFixture[] = [];
    const contexts: TestContext[] = [];
    const seen: string[] = [];
    const text = (value: string): Write =>
      fixture.post?.(value) ?? { kind: 'publish', segments: [{ text: value, media: [] }] };
    const hasInbox = (): boolean =>
      fixture.network.defaults.inbox.mention.ok || fixture.network.defaults.inbox.comment.ok;
    /** The stream that a network without mentions and comments is read by. */
    const anyStream = (): Stream => (hasInbox() ? 'notifications' : 'dm');
    const noteError = (error: unknown): void => {
      for (let current: unknown = error; current instanceof Error; current = current.cause)
        seen.push(`${current.message} ${current.stack} ${JSON.stringify(current)}`);
    };
    const remember = async (work: Promise<unknown>): Promise<NetworkError> => {
      const error = await errorOf(work);
      noteError(error);
      return error;
    };

    beforeEach(async () => {
      fixture = await open();
      opened.push(fixture);
      test = fixture.context();
      contexts.push(test);
    });
    afterAll(async () => {
      await Promise.all(opened.map((one) => one.close()));
    });

    it('tells who the account is and what it may do, with the date of the facts', async () => {
      const { profile, capabilities } = await fixture.network.check(test.ctx);
      expect(profile.remoteId).toBe(test.ctx.account.remoteId);
      expect(capabilities.network).toBe(fixture.network.id);
      expect(capabilities.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(capabilities.source).not.toBe('');
    });

    it('makes plans that survive being stored and name what makes a replay recognisable', () => {
      const steps = fixture.network.plan(text('planned'), test.ctx.account, { now: test.ctx.clock.now() });
      expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
      expect(new Set(steps.map(({ key }) => key)).size).toBe(steps.length);
      expect(steps.some(({ effect }) => effect === 'visible')).toBe(true);
      if (fixture.network.defaults.idempotency.kind === 'client-id')
        for (const step of steps.filter(({ effect }) => effect === 'visible'))
          expect(step.clientId).toBeTruthy();
    });

    it('publishes a text and finds it on the network unchanged', async () => {
      const said = 'Grüße aus Köln 👩‍👩‍👧 #candor https://example.com/a?b=1';
      const { remotes } = await runJob(
        fixture.network,
        jobOf(fixture.network, text(said), test.ctx),
        test.ctx,
      );
      expect(await fixture.world.published()).toEqual([said]);
      expect(remotes).toHaveLength(1);
      expect(await fixture.network.exists(remotes[0]!.remoteId, test.ctx)).toBe(true);
    });

    it('publishes a thread in order, with an image', async () => {
      if (fixture.network.defaults.publish.thread === 'none') return;
      if (
        fixture.network.defaults.publish.thread === 'comments' &&
        !fixture.network.defaults.publish.textOnly.ok
      )
        return;
      const media = [{ mediaId: fixture.imageId, alt: 'a red square' }];
      const segments = ['one', 'two', 'three'].map((part, index) => ({
        text: part,
        media: index === 0 ? media : [],
      }));
      const job = jobOf(fixture.network, { kind: 'publish', segments }, test.ctx);
      await runJob(fixture.network, job, test.ctx);
      expect(await fixture.world.published()).toEqual(['one', 'two', 'three']);
    });

    it('reads the limits from its capability data and names the field that breaks one', () => {
      const { text: limit, images } = fixture.network.defaults.publish;
      const plan = (write: Write) => () =>
        fixture.network.plan(write, test.ctx.account, { now: test.ctx.clock.now() });
      expect(plan(text('x'.repeat(limit.max)))).not.toThrow();
      const tooLong = catchSync(plan(text('x'.repeat(limit.max + 1))));
      expect(tooLong.info).toMatchObject({
        kind: 'validation',
        field: 'segments.0.text',
        params: { max: limit.max },
      });
      if (!images.ok || images.max === undefined) return;
      const media = Array.from({ length: images.max + 1 }, () => ({ mediaId: fixture.imageId, alt: '' }));
      const tooMany = catchSync(plan({ kind: 'publish', segments: [{ text: 'x', media }] }));
      expect(tooMany.info).toMatchObject({
        kind: 'validation',
        field: 'segments.0.media',
        params: { max: images.max },
      });
    });

    it('brings a message in once, takes an answer to it, and recognises its own echo', async () => {
      if (!hasInbox()) return;
      await fixture.world.receive('Is the shop open?');
      const first = await pullAll(fixture.network, 'notifications', null, test.ctx);
      const question = first.messages.find((message) => message.text === 'Is the shop open?');
      expect(question).toMatchObject({ own: false });
      expect(question!.author.handle).not.toBe('');
      const reply: Write = {
        kind: 'reply',
        conversation: plainConversation(question!),
        parent: { remoteId: question!.remoteId, ref: question!.ref },
        text: 'Until six.',
      };
      const { remotes } = await runJob(fixture.network, jobOf(fixture.network, reply, test.ctx), test.ctx);
      const second = await pullAll(fixture.network, 'notifications', first.cursor, test.ctx);
      const echoes = second.messages.filter((message) => message.text === 'Until six.');
      for (const echo of echoes) {
        expect(echo).toMatchObject({ own: true, remoteId: remotes[0]!.remoteId });
        expect(echo.conversation.remoteKey).toBe(question!.conversation.remoteKey);
      }
      expect(
        second.messages.filter((message) => message.text === 'Is the shop open?' && !message.context),
      ).toEqual([]);
    });

    it('misses and repeats nothing while messages arrive between two pages', async () => {
      if (!hasInbox()) return;
      const sent: string[] = [];
      const say = async (what: string) => void sent.push(await fixture.world.receive(what));
      for (let index = 0; index < 130; index += 1) await say(`before ${index}`);
      let late = 0;
      const first = await pullAll(fixture.network, 'notifications', null, test.ctx, async () => {
        if (late < 3) await say(`meanwhile ${late++}`);
      });
      const second = await pullAll(fixture.network, 'notifications', first.cursor, test.ctx);
      const arrived = [...first.messages, ...second.messages].filter(({ own, context }) => !own && !context);
      expect(arrived.map(({ remoteId }) => remoteId).sort()).toEqual([...sent].sort());
      const third = await pullAll(fixture.network, 'notifications', second.cursor, test.ctx);
      expect(third.messages.filter(({ own, context }) => !own && !context)).toEqual([]);
    });

    const reading: readonly (readonly [Fault, readonly ErrorKind[]])[] = [
      ['rate_limit', ['rate_limited']],
      ['server_error', ['server']],
      ['timeout_before_commit', ['server', 'offline']],
      ['revoked', ['auth_revoked']],
      ['offline', ['offline']],
    ];
    it.each(reading)('calls %s by its name when it reads', async (fault, kinds) => {
      fixture.fault(fault);
      const error = await remember(fixture.network.pull(anyStream(), null, test.ctx));
      expect(kinds).toContain(error.kind);
      expect(error.sent).toBe('no');
    });

    const writing: readonly (readonly [Fault, ErrorKind, readonly Sent[]])[] = [
      ['rate_limit', 'rate_limited', ['no']],
      ['server_error', 'ambiguous', ['maybe']],
      ['timeout_before_commit', 'ambiguous', ['maybe']],
      ['timeout_after_commit', 'ambiguous', ['maybe', 'yes']],
      ['revoked', 'auth_revoked', ['no']],
      ['offline', 'offline', ['no']],
    ];
    it.each(writing)('says whether a write is out when it meets %s', async (fault, kind, sent) => {
      const job = jobOf(fixture.network, text('in doubt'), test.ctx);
      const hiddenSteps = { ...job, steps: job.steps.filter(({ effect }) => effect === 'hidden') };
      await runJob(fixture.network, hiddenSteps, test.ctx);
      fixture.fault(fault);
      const error = await remember(runJob(fixture.network, job, test.ctx));
      expect(error.kind).toBe(kind);
      expect(sent).toContain(error.sent);
      if (kind === 'rate_limited') expect(error.info.retryAt).toBeGreaterThan(test.ctx.clock.now());
    });

    it.each(['timeout_before_commit', 'timeout_after_commit', 'server_error'] as const)(
      'publishes exactly once through %s and a look at the network',
      async (fault) => {
        if (!fixture.network.defaults.idempotency.reconcile) return;
        const job = jobOf(fixture.network, text('once'), test.ctx);
        const hiddenSteps = { ...job, steps: job.steps.filter(({ effect }) => effect === 'hidden') };
        await runJob(fixture.network, hiddenSteps, test.ctx);
        fixture.fault(fault);
        const { remotes } = await runJobToTheEnd(fixture.network, job, test.ctx);
        expect(await fixture.world.published()).toEqual(['once']);
        expect(remotes).toHaveLength(1);
      },
    );

    it('renews an expired session once for many calls at the same time, and stores it before it is used', async () => {
      const { refreshes } = fixture.world;
      // Where sign-ins do not run out by themselves (a bot's token) there is nothing to renew.
      if (!refreshes) return;
      const before = refreshes();
      fixture.fault('expired_token');
      await Promise.all(Array.from({ length: 6 }, () => fixture.network.check(test.ctx)));
      expect(refreshes() - before).toBe(1);
      expect(test.stored).toHaveLength(2);
      await runJob(fixture.network, jobOf(fixture.network, text('after renewal'), test.ctx), test.ctx);
      expect(await fixture.world.published()).toEqual(['after renewal']);
    });

    it('likes and takes it back, hides and shows again, where it says it can', async () => {
      if (!hasInbox()) return;
      await fixture.world.receive('What a day');
      const { messages } = await pullAll(fixture.network, 'notifications', null, test.ctx);
      const message = messages.find((one) => one.text === 'What a day')!;
      const act = (kind: 'like' | 'unlike' | 'hide' | 'unhide') => {
        const target = { remoteId: message.remoteId, ref: message.ref };
        const write: Write = { kind, conversation: plainConversation(message), target };
        return runJob(fixture.network, jobOf(fixture.network, write, test.ctx), test.ctx);
      };
      const { like, hide } = fixture.network.defaults.act;
      for (const [can, on, off, look] of [
        [like, 'like', 'unlike', fixture.world.isLiked],
        [hide, 'hide', 'unhide', fixture.world.isHidden],
      ] as const) {
        if (!can.ok || !look) continue;
        await act(on);
        expect(await look(message.remoteId)).toBe(true);
        await act(off);
        expect(await look(message.remoteId)).toBe(false);
      }
    });

    it('deletes an own post, and deleting it again is no error', async () => {
      if (!fixture.network.defaults.publish.delete.ok) return;
      const { remotes } = await runJob(
        fixture.network,
        jobOf(fixture.network, text('gone soon'), test.ctx),
        test.ctx,
      );
      const write: Write = { kind: 'delete', remoteIds: remotes.map(({ remoteId }) => remoteId) };
      await runJob(fixture.network, jobOf(fixture.network, write, test.ctx), test.ctx);
      expect(await fixture.world.published()).toEqual([]);
      expect(await fixture.network.exists(remotes[0]!.remoteId, test.ctx)).toBe(false);
      await runJob(fixture.network, jobOf(fixture.network, write, test.ctx), test.ctx);
    });

    it('carries a direct message both ways, and sends it once through a lost answer', async () => {
      const { receiveDm, sentDms } = fixture.world;
      if (!receiveDm || !sentDms) return;
      await receiveDm('Do you ship to Norway?');
      const { messages, cursor } = await pullAll(fixture.network, 'dm', null, test.ctx);
      const question = messages.find((message) => message.text === 'Do you ship to Norway?')!;
      expect(question.conversation.type).toBe('dm');
      const answer = namedAnswer('We do.', question.author.handle, fixture.network.defaults);
      const write: Write = { kind: 'dm', conversation: plainConversation(question), text: answer };
      const job = jobOf(fixture.network, write, test.ctx);
      const hiddenSteps = { ...job, steps: job.steps.filter(({ effect }) => effect === 'hidden') };
      await runJob(fixture.network, hiddenSteps, test.ctx);
      fixture.fault('timeout_after_commit');
      const { remotes } = await runJobToTheEnd(fixture.network, job, test.ctx);
      expect(await sentDms()).toEqual([answer]);
      const later = await pullAll(fixture.network, 'dm', cursor, test.ctx);
      const echo = later.messages.find((message) => message.text === 'We do.');
      expect(echo).toMatchObject({ own: true, remoteId: remotes[0]!.remoteId });
    });

    it('gives numbers for what it published and leaves out what it does not know', async () => {
      const { remotes } = await runJob(
        fixture.network,
        jobOf(fixture.network, text('counted'), test.ctx),
        test.ctx,
      );
      const metrics = await fixture.network.metrics([remotes[0]!.remoteId], test.ctx);
      const known = Object.keys(metrics.get(remotes[0]!.remoteId) ?? {});
      const declared: readonly string[] = fixture.network.defaults.metrics.post;
      for (const metric of known) expect(declared).toContain(metric);
    });

    it('stops when it is told to', async () => {
      test.abort();
      const error = await remember(fixture.network.pull(anyStream(), null, test.ctx));
      expect(error.kind).toBe('cancelled');
    });

    it('has let no secret into any error or log line of these tests', () => {
      const secrets = opened.flatMap((one) => one.secrets()).filter((secret) => secret !== '');
      const everything = [...seen, ...contexts.flatMap(({ lines }) => lines)].join('\n');
      expect(seen.length).toBeGreaterThan(0);
      for (const secret of secrets) expect(everything).not.toContain(secret);
    });
  });
}

const plainConversation = (message: Message): RemoteConversation => ({
  remoteKey: message.conversation.remoteKey,
  type: message.conversation.type,
});

function catchSync(work: () => unknown): NetworkError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(NetworkError);
    return error as NetworkError;
  }
  throw new Error('nothing was thrown');
}
