import type { ErrorKind } from '@shared/domain/errors';
import type { Input, MethodName } from '@shared/ipc/contract';
import { encodeCursor } from '../../../electron/main/db/cursor';
import { DAY, type World } from './world';

/**
 * One good call of every method. A method that is added to the contract does not compile until it is here, and with
 * that it is covered by every test that walks the contract.
 */
type Inputs = { readonly [Name in MethodName]: (world: World) => Input<Name> | Promise<Input<Name>> };

const none = (): Record<string, never> => ({});
const needsReply = { view: 'needs_reply' } as const;
/** A place where nobody answers. */
const mediaHost = {
  config: {
    kind: 'webdav',
    url: 'http://127.0.0.1:1/dav',
    user: 'northlight',
    publicUrl: 'http://127.0.0.1:1/media',
  },
  secrets: { password: 'long and unlikely' },
} as const;
const jobOf = async (world: World) =>
  (await world.ask('inbox.reply', await world.reply('On its way.'))).jobId;

export const inputs: Inputs = {
  'accounts.list': none,
  'accounts.networks': none,
  'accounts.connect': ({ account }) => ({
    network: 'practice',
    method: 'brand',
    fields: { brand: account.handle.replace(/^@/, '') },
    brand: '',
    accountId: account.id,
  }),
  'accounts.choose': () => ({ token: 'nobody-offered', remoteIds: ['p1'], brand: '' }),
  'accounts.storedApp': () => ({ network: 'practice', method: 'brand' }),
  'accounts.reopenSignIn': none,
  'accounts.update': ({ account }) => ({
    accountId: account.id,
    brand: 'Northlight',
    voiceNotes: 'Warm, short.',
  }),
  'accounts.test': ({ account }) => ({ accountId: account.id }),
  'accounts.pause': ({ account }) => ({ accountId: account.id, paused: false }),
  'accounts.remove': ({ account }) => ({ accountId: account.id }),
  'accounts.sync': ({ account }) => ({ accountId: account.id }),
  'accounts.startPractice': none,
  'accounts.removePractice': none,
  'accounts.practiceFaults': none,
  'accounts.setPracticeFaults': () => ({ mode: 'none', calls: null, arrivals: false }),

  'ai.state': none,
  'ai.providers': none,
  'ai.saveProvider': ({ providerId, providerUrl }) => ({
    id: providerId,
    preset: 'custom',
    name: 'Renamed',
    baseUrl: providerUrl,
    model: 'gpt-test',
  }),
  'ai.removeProvider': async (world) => ({ id: (await world.spareProvider()).id }),
  'ai.useProvider': ({ providerId }) => ({ id: providerId }),
  'ai.models': ({ providerId }) => ({ id: providerId }),
  'ai.test': ({ providerId }) => ({ id: providerId }),
  'ai.findLocal': none,
  'ai.preview': async (world) => ({ task: 'reply_draft', conversationId: (await world.row()).id }),
  'ai.suggest': ({ account }) => ({
    task: 'rewrite',
    style: 'shorter',
    text: 'We are open on Sundays from twelve until five in the afternoon.',
    accountId: account.id,
  }),
  'ai.decide': async (world) => ({ id: (await world.suggestion()).id, decision: 'rejected', reason: 'tone' }),
  'ai.killSwitch': () => ({ stopped: false }),

  'calendar.range': ({ account }) => ({
    from: Date.now() - DAY,
    to: Date.now() + 30 * DAY,
    accountIds: [account.id],
    states: ['scheduled'],
  }),
  'calendar.unscheduled': none,
  'calendar.needsYou': none,
  'calendar.move': async (world) => {
    const { id } = await world.scheduled();
    return { id, dueAt: Date.now() + 2 * DAY, zone: 'Asia/Tokyo', approvals: [] };
  },
  'calendar.missed': none,
  'calendar.decideMissed': async (world) => ({
    id: (await world.scheduled()).id,
    decision: { kind: 'move', dueAt: Date.now() + DAY, zone: 'UTC' },
  }),

  'composer.create': ({ account }) => ({
    accountIds: [account.id],
    base: { segments: [{ text: 'Good morning', mediaIds: [] }] },
    dueAt: Date.now() + DAY,
    zone: 'America/Los_Angeles',
  }),
  'composer.get': async (world) => ({ id: (await world.newPost()).id }),
  'composer.save': async (world) => ({
    id: (await world.newPost()).id,
    base: { segments: [{ text: 'Saved', mediaIds: [] }] },
    variants: [
      {
        accountId: world.account.id,
        override: { segments: [{ text: 'For here', mediaIds: [] }] },
        options: {},
        remind: false,
      },
    ],
    missedPolicy: { kind: 'publish_if_less_than', minutes: 30 },
    disclosure: { decision: 'none', basis: 'not_ai' },
  }),
  'composer.duplicate': async (world) => ({ id: (await world.newPost()).id }),
  'composer.delete': async (world) => ({ id: (await world.newPost()).id }),
  'composer.deletePublished': async (world) => ({ variantId: (await world.published()).variants[0]!.id }),
  'composer.schedule': async (world) => {
    const post = await world.newPost();
    return { id: post.id, dueAt: Date.now() + DAY, zone: 'UTC', approvals: await world.approvals(post) };
  },
  'composer.unschedule': async (world) => ({ id: (await world.scheduled()).id }),
  'composer.publishNow': async (world) => {
    const post = await world.newPost();
    return { id: post.id, approvals: await world.approvals(post) };
  },
  'composer.addMedia': ({ picture }) => ({ source: picture }),
  'composer.setAlt': async (world) => ({ id: (await world.media())[0]!.id, alt: 'One red dot' }),
  'composer.layOut': async (world) => ({ variantId: (await world.reminded()).variants[0]!.id }),
  'composer.settleByHand': async (world) => ({
    variantId: (await world.reminded()).variants[0]!.id,
    published: true,
  }),
  'composer.drafts': none,

  'inbox.list': ({ account }) => ({
    filter: { ...needsReply, accountIds: [account.id], types: ['dm'] },
    limit: 20,
  }),
  'inbox.rows': async (world) => ({ ids: [(await world.row()).id] }),
  'inbox.counts': none,
  'inbox.conversation': async (world) => ({ id: (await world.row()).id }),
  'inbox.messages': async (world) => {
    const row = await world.row();
    return { id: row.id, before: encodeCursor({ at: row.lastMessageAt + 1, id: '1' }) };
  },
  'inbox.search': () => ({ query: 'coffee', filter: { networks: ['practice'] } }),
  'inbox.setState': async (world) => ({
    ids: [(await world.row('dm')).id],
    state: 'snoozed',
    until: Date.now() + DAY,
  }),
  'inbox.setUnread': async (world) => ({ ids: [(await world.row('dm')).id], unread: true }),
  'inbox.saveDraft': async (world) => ({ id: (await world.row()).id, text: 'Half a sen' }),
  'inbox.reply': (world) => world.reply('Until six.'),
  'inbox.undoReply': async (world) => ({ jobId: await jobOf(world) }),
  'inbox.addNote': async (world) => ({ id: (await world.row()).id, text: 'Knows the owner.' }),
  'inbox.like': async (world) => ({ messageId: (await world.incoming(await world.row())).id, liked: true }),
  'inbox.hide': async (world) => ({ messageId: (await world.incoming(await world.row())).id, hidden: true }),
  'inbox.delete': async (world) => {
    const { messageId } = await world.ask('inbox.reply', await world.reply('To be taken back.'));
    return { messageId };
  },
  'inbox.savedReplies': () => ({ query: 'hours' }),
  'inbox.saveSavedReply': () => ({ title: 'Thanks', body: 'Thank you, {first_name}!', accountId: null }),
  'inbox.deleteSavedReply': async (world) => ({ id: (await world.savedReply()).id }),
  'inbox.fillSavedReply': async (world) => ({
    id: (await world.savedReply()).id,
    conversationId: (await world.row()).id,
  }),

  'mediaHost.get': none,
  'mediaHost.save': () => mediaHost,
  'mediaHost.test': async (world) => {
    await world.ask('mediaHost.save', mediaHost);
    return {};
  },
  'mediaHost.remove': none,

  'outbox.list': none,
  'outbox.retry': async (world) => ({ id: await jobOf(world) }),
  'outbox.discard': async (world) => ({ id: await jobOf(world) }),
  'outbox.confirmSent': async (world) => ({ id: await jobOf(world) }),
  'outbox.sendAgain': async (world) => ({ id: await jobOf(world) }),

  'app.state': none,
  'app.openExternal': () => ({ url: 'https://example.com/' }),
  'app.cancel': () => ({ stream: 'nobody-listens' }),
  'settings.get': none,
  'settings.set': () => ({ theme: 'dark', weekStartsOn: 1, missedPolicy: { kind: 'ask' } }),
  'settings.polling': none,
  'settings.setPolling': ({ account }) => ({
    accountId: account.id,
    features: { metrics: true },
    monthlyBudget: 5_000_000,
  }),
  'settings.backups': none,
  'settings.createBackup': none,
  'settings.restoreBackup': async (world) => ({ name: (await world.ask('settings.createBackup', {})).name }),

  'transparency.state': none,
  'transparency.list': () => ({ types: ['human.decision'], actors: ['human'], limit: 10 }),
  'transparency.detail': () => ({ seq: 1 }),
  'transparency.verify': none,
  'transparency.export': ({ exportTo }) => exportTo,
  'transparency.showExport': async (world) => ({
    path: (await world.ask('transparency.export', world.exportTo)).path!,
  }),
  'transparency.models': none,
  'transparency.leaving': none,
  'transparency.findSubject': () => ({ query: 'a' }),
  'transparency.erase': async (world) => {
    await world.suggestion();
    const [found] = await world.ask('transparency.findSubject', { query: (await world.row()).author.handle });
    return { subject: found?.subject ?? 'nobody', reason: 'gdpr.art17' };
  },
};

/** Where no is the right answer to that call: whether the job arrived is not in doubt. */
export const refusals: Partial<Record<MethodName, ErrorKind>> = {
  'accounts.choose': 'not_found',
  'outbox.confirmSent': 'conflict',
  'outbox.sendAgain': 'conflict',
};

/** Called after all others, because they take away what the others need. */
export const last: readonly MethodName[] = [
  'accounts.remove',
  'accounts.removePractice',
  'settings.restoreBackup',
];
