import { enableAutoUnmount, mount } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import MessageItem from '@/features/inbox/MessageItem.vue';
import type { MessageActions } from '@/features/inbox/use-message-actions';
import { sampleAccount, sampleMessage, sampleRow } from '../support/sample';

enableAutoUnmount(afterEach);
const account = sampleAccount();
const row = sampleRow(account, 'Hanna Berg');
const actions = { hide: vi.fn() } as unknown as MessageActions;
const shown = (over: Parameters<typeof sampleMessage>[2], ableTo = {}) =>
  mount(MessageItem, {
    props: {
      message: sampleMessage(row, 'Do you ship to Norway?', over),
      account: {
        ...account,
        network: 'youtube',
        capabilities: { ...account.capabilities, act: { ...account.capabilities.act, ...ableTo } },
      },
      actions,
      canTarget: true,
      isTarget: false,
    },
    attachTo: document.body,
  });

it('a message that others do not see says so, and can be shown to them', async () => {
  const item = shown({ hidden: true }, { hide: { ok: true } });
  expect(item.text()).toContain('Not shown to others on YouTube.');
  const show = item.findAll('button').find((one) => one.text() === 'Show on the network')!;
  await show.trigger('click');
  expect(actions.hide).toHaveBeenCalledWith(expect.objectContaining({ hidden: true }));
  expect(shown({ hidden: false }).text()).not.toContain('Not shown to others');
});

it('a message that others do not see says why it cannot be shown where the network has no way', () => {
  const item = shown({ hidden: true });
  const show = item.findAll('button').find((one) => one.text().startsWith('Show on the network'))!;
  expect(show.attributes('aria-disabled')).toBe('true');
  expect(show.text()).toContain('This network has no way to hide messages.');
});

it('a message that the network takes no answer to says so before anybody writes one', async () => {
  const item = shown({ unanswerable: 'Only those who name the account are answered.' });
  const reply = item.get('button[aria-label="Reply to this message"]');
  expect(reply.attributes('aria-disabled')).toBe('true');
  expect(reply.text()).toContain('Only those who name the account are answered.');
  await reply.trigger('click');
  expect(item.emitted('replyTo')).toBeUndefined();
  const other = shown({});
  await other.get('button[aria-label="Reply to this message"]').trigger('click');
  expect(other.emitted('replyTo')).toHaveLength(1);
});
