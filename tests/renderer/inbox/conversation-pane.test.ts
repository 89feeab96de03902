import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { approvalHash } from '@shared/domain/content';
import { appError } from '@shared/domain/errors';
import type { Input } from '@shared/ipc/contract';
import type { ConversationView } from '@shared/ipc/inbox';
import { useAccountsStore } from '@/bridge/stores/accounts';
import { useAiStore } from '@/bridge/stores/ai';
import { useConversationStore } from '@/features/inbox/conversation-store';
import ConversationPane from '@/features/inbox/ConversationPane.vue';
import { runCommand } from '@/ui/commands';
import { useToasts } from '@/ui/toasts';
import { installFakeCandor, type FakeCandor } from '../support/fake-candor';
import { NOW, sampleAccount, sampleConversation, sampleMessage, sampleRow } from '../support/sample';

enableAutoUnmount(afterEach);
const account = sampleAccount();
const row = sampleRow(account, 'Hanna Berg');
const first = sampleMessage(row, 'Do you ship to Norway?');
const newest = sampleMessage(row, 'And is there decaf?');
const provider = {
  id: row.id,
  preset: 'ollama',
  name: 'Ollama',
  baseUrl: 'http://127.0.0.1',
  model: 'm',
  hasKey: false,
  local: true,
  active: true,
};
const suggested = {
  id: row.id,
  task: 'reply_draft',
  text: 'Yes, since Monday.',
  source: 'model',
  model: 'm',
  host: null,
  local: true,
  checks: [],
  injectionSignal: 0,
  assumes: null,
  sources: [],
  requestSeq: 1,
  responseSeq: 2,
  createdAt: NOW,
};

// The test page has no editing commands: the field falls back to setting its text.
Object.assign(document, { execCommand: () => false });

let fake: FakeCandor;
let view: ConversationView;
let pane: VueWrapper;

beforeEach(async () => {
  view = sampleConversation(row, [first, newest]);
  fake = installFakeCandor({
    'accounts.list': () => [account],
    'ai.state': () => ({ enabled: true, stoppedBy: null, provider: provider as never, running: 0 }),
    'ai.suggest': () => suggested as never,
    'ai.decide': () => undefined,
    'app.cancel': () => undefined,
    'inbox.conversation': () => view,
    'inbox.saveDraft': () => ({ savedAt: NOW }),
    'inbox.savedReplies': () => [],
    'inbox.reply': () => ({ messageId: newest.id, jobId: row.id as never }),
  });
  setActivePinia(createPinia());
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { render: () => null } }],
  });
  await Promise.all([useAccountsStore().load(), useAiStore().load()]);
  await useConversationStore().show(row.id);
  pane = mount(ConversationPane, {
    props: { sideShown: false },
    global: { plugins: [router] },
    attachTo: document.body,
  });
  await flushPromises();
});

const box = () => pane.get<HTMLTextAreaElement>('textarea');
const button = (name: string) =>
  pane
    .findAll('button')
    .find((entry) => entry.text().startsWith(name) || entry.attributes('aria-label') === name)!;
const inputOf = (method: string): unknown => fake.calls.findLast((call) => call.method === method)?.input;

describe('a reply', () => {
  it('is sent with the hash of exactly what the person sees, as an answer to the newest message', async () => {
    await box().setValue('  Yes, both.  ');
    await button('Send reply').trigger('click');
    await vi.waitFor(() => expect(box().element.value).toBe(''));
    const sent = inputOf('inbox.reply') as Input<'inbox.reply'>;
    expect(sent).toMatchObject({
      id: row.id,
      parentId: newest.id,
      text: 'Yes, both.',
      disclosure: { decision: 'none', basis: 'not_ai' },
    });
    expect(sent.approvedHash).toBe(
      await approvalHash({
        kind: 'reply',
        accountId: account.id,
        conversationId: row.id,
        parentId: newest.id,
        text: 'Yes, both.',
        disclosure: sent.disclosure,
      }),
    );
  });

  it('stays in the box when main refuses it', async () => {
    fake.on({
      'inbox.reply': () => {
        throw appError('approval_mismatch');
      },
    });
    await box().setValue('Do not lose me');
    await button('Send reply').trigger('click');
    await vi.waitFor(() =>
      expect(useToasts().toasts.at(-1)?.text).toContain('changed after it was approved'),
    );
    expect(box().element.value).toBe('Do not lose me');
  });

  it('that is too long for the network cannot be sent', async () => {
    await box().setValue('x'.repeat(301));
    expect(pane.text()).toContain('1 too long');
    expect(button('Send reply').attributes('disabled')).toBeDefined();
  });

  it('can be taken back while it has not left', async () => {
    fake.on({ 'inbox.undoReply': () => ({ undone: true }) });
    await box().setValue('Too early');
    await button('Send reply').trigger('click');
    await vi.waitFor(() => expect(box().element.value).toBe(''));
    await flushPromises();
    view = { ...view, draft: { text: 'Too early', savedAt: NOW } };
    useToasts().undoLast();
    await vi.waitFor(() => expect(box().element.value).toBe('Too early'));
  });
});

describe('a suggestion', () => {
  it('stays beside the text until the person inserts it, and is then declared as reviewed', async () => {
    runCommand('ai.reply');
    await flushPromises();
    expect(pane.get('[aria-label="Suggestion"]').text()).toContain('Yes, since Monday.');
    expect(box().element.value).toBe('');
    await button('Insert').trigger('click');
    await flushPromises();
    expect(box().element.value).toBe('Yes, since Monday.');
    await button('Send reply').trigger('click');
    await vi.waitFor(() =>
      expect(inputOf('inbox.reply')).toMatchObject({
        suggestionId: row.id,
        disclosure: { decision: 'none', basis: 'human_reviewed' },
      }),
    );
  });

  it('cannot be asked for while AI is stopped, and the control says why', async () => {
    fake.on({
      'ai.state': () => ({ enabled: false, stoppedBy: 'person', provider: provider as never, running: 0 }),
    });
    await useAiStore().load();
    await flushPromises();
    const ask = button('Ask AI');
    expect(ask.attributes('aria-disabled')).toBe('true');
    expect(ask.text()).toContain('AI is stopped');
    await ask.trigger('click');
    expect(inputOf('ai.suggest')).toBeUndefined();
  });
});

describe('what a network cannot do', () => {
  it('is shown as disabled, with the reason, in the menu of a message', async () => {
    const article = pane.findAll('article').at(-1)!;
    await article.get('[aria-label="More actions"]').trigger('keydown', { key: 'Enter' });
    await flushPromises();
    const item = [...document.querySelectorAll('[role="menuitem"]')].find((entry) =>
      entry.textContent?.includes('Hide on the network'),
    );
    expect(item?.getAttribute('aria-disabled')).toBe('true');
    expect(item?.textContent).toContain('This network has no way to hide messages.');
  });
});
