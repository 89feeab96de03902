import { Transformer } from '@napi-rs/image';
import { approvalHash, effectiveContent, noDisclosure, type Approvable } from '@shared/domain/content';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import type { Post } from '@shared/ipc/composer';
import type { ConversationRow } from '@shared/ipc/inbox';
import { createCore } from '../../../electron/main/core';
import { createPorts, createTempDir, systemClock } from '../../fakes/ports';
import { until } from '../../fakes/until';
import { KEY, startMockProvider } from '../../servers/ai/mock-provider';

export const DAY = 86_400_000;
export type World = Awaited<ReturnType<typeof openWorld>>;

/** A workspace with the practice network, a provider with a key, and somebody to answer: what calls can be made on. */
export async function openWorld() {
  const dir = createTempDir('candor-contract');
  const provider = await startMockProvider();
  provider.draft('We are open until six.');
  const ports = createPorts(dir.path, { clock: systemClock, http: (input, init) => fetch(input, init) });
  const core = createCore(ports);
  let calls = 0;
  const invoke = async <Name extends MethodName>(name: Name, input: Input<Name>) => {
    const parts: unknown[] = [];
    const envelope = { method: name, input, stream: `s${(calls += 1)}` };
    const answer = await core.invoke(envelope, { userGesture: true }, (_, part) => void parts.push(part));
    return { answer, parts };
  };
  const ask = async <Name extends MethodName>(name: Name, input: Input<Name>): Promise<Output<Name>> => {
    const { answer } = await invoke(name, input);
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return answer.value as Output<Name>;
  };

  await core.start();
  await ask('accounts.startPractice', {});
  await ask('accounts.setPracticeFaults', { mode: 'none', calls: null, arrivals: false });
  await until(async () => (await ask('accounts.list', {})).every(({ lastSyncAt }) => lastSyncAt !== null));
  const [account] = await ask('accounts.list', {});
  if (!account) throw new Error('the practice network has no brand');
  const saved = await ask('ai.saveProvider', {
    preset: 'custom',
    name: 'Test',
    baseUrl: provider.baseUrl,
    model: 'gpt-test',
    key: KEY,
  });
  await ask('ai.useProvider', { id: saved.id });

  const rows = async (type: ConversationRow['type']) =>
    (await ask('inbox.list', { filter: { view: 'needs_reply', types: [type], accountIds: [account.id] } }))
      .items;
  const row = async (type: ConversationRow['type'] = 'comment'): Promise<ConversationRow> => {
    const [first] = await rows(type);
    if (!first) throw new Error(`no ${type} waits for an answer`);
    return first;
  };
  const incoming = async ({ id }: { readonly id: ConversationRow['id'] }) => {
    const { messages } = await ask('inbox.conversation', { id });
    const message = messages.findLast(({ direction }) => direction === 'incoming');
    if (!message) throw new Error('nothing came in');
    return message;
  };
  /** What a person approves when they press Send under a conversation that nobody answered yet. */
  const reply = async (text: string): Promise<Input<'inbox.reply'>> => {
    const { id, accountId } = await row();
    const parentId = (await incoming({ id })).id;
    const shown = { accountId, parentId, text, disclosure: noDisclosure } as const;
    const content: Approvable = { kind: 'reply', conversationId: id, ...shown };
    const review = { openedMs: 4_000, focusedMs: 3_000 };
    return {
      id,
      parentId,
      text,
      disclosure: noDisclosure,
      review,
      approvedHash: await approvalHash(content),
    };
  };
  const newPost = (text = 'A new roast on Friday'): Promise<Post> =>
    ask('composer.create', { accountIds: [account.id], base: { segments: [{ text, mediaIds: [] }] } });
  const approvals = (post: Post) =>
    Promise.all(
      post.variants.map(async (variant) => {
        const { segments, lang, quoteUrl } = effectiveContent(post.base, variant.override);
        const approvedHash = await approvalHash({
          kind: 'publish',
          accountId: variant.accountId,
          variantId: variant.id,
          segments: segments.map(({ text }) => ({ text, media: [] })),
          lang,
          quoteUrl,
          disclosure: post.disclosure,
        });
        return { variantId: variant.id, approvedHash };
      }),
    );
  const scheduled = async (): Promise<Post> => {
    const post = await newPost();
    return ask('composer.schedule', {
      id: post.id,
      dueAt: Date.now() + DAY,
      zone: 'Europe/Berlin',
      approvals: await approvals(post),
    });
  };
  const published = async (): Promise<Post> => {
    const { id } = await newPost('Fresh from the oven');
    const post = await ask('composer.get', { id });
    await ask('composer.publishNow', { id, approvals: await approvals(post) });
    const state = async () => (await ask('composer.get', { id })).variants[0]?.state;
    await until(async () => (await state()) === 'published');
    return ask('composer.get', { id });
  };
  /** A post that its person publishes by hand, after they were told that it is time. */
  const reminded = async (): Promise<Post> => {
    const post = await newPost('By hand');
    const variants = [{ accountId: account.id, override: null, remind: true }];
    await ask('composer.save', { id: post.id, base: post.base, variants });
    await ask('composer.publishNow', { id: post.id, approvals: await approvals(post) });
    const state = async () => (await ask('composer.get', { id: post.id })).variants[0]?.state;
    await until(async () => (await state()) === 'needs_check');
    return ask('composer.get', { id: post.id });
  };
  const savedReply = () =>
    ask('inbox.saveSavedReply', { title: 'Hours', body: 'Hello {first_name}', accountId: null });
  const suggestion = async () => ask('ai.suggest', { task: 'reply_draft', conversationId: (await row()).id });
  const picture = {
    kind: 'bytes',
    name: 'red.png',
    bytes: new Uint8Array(
      await Transformer.fromRgbaPixels(new Uint8Array(16 * 16 * 4).fill(200), 16, 16).png(),
    ),
  } as const;
  const exportTo = { includeTexts: true, includeNames: true, format: 'folder', directory: dir.path } as const;

  return {
    core,
    account,
    providerId: saved.id,
    providerUrl: provider.baseUrl,
    secrets: [KEY],
    invoke,
    ask,
    row,
    incoming,
    reply,
    newPost,
    approvals,
    scheduled,
    published,
    reminded,
    savedReply,
    suggestion,
    exportTo,
    picture,
    media: () => ask('composer.addMedia', { source: picture }),
    spareProvider: () =>
      ask('ai.saveProvider', {
        preset: 'ollama',
        name: 'Spare',
        baseUrl: 'http://127.0.0.1:1/v1',
        model: 'm',
      }),
    close: async () => {
      await core.stop();
      await provider.stop();
      dir.remove();
    },
  };
}
