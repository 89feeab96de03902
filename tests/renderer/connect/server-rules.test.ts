import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import ServerRules from '@/connect/ServerRules.vue';
import { serversWithAiRules } from '@/connect/server-rules';
import DisclosureField from '@/features/composer/DisclosureField.vue';
import { i18n } from '@/text/i18n';
import { sampleAccount } from '../support/sample';

const LABEL = 'Images made by AI must be labelled\n<b>No exceptions</b>';
const { capabilities } = sampleAccount();
const at = (serviceUrl: string, ...rules: readonly string[]) =>
  sampleAccount({ serviceUrl, capabilities: { ...capabilities, ...(rules.length > 0 && { rules }) } });
const home = at('https://home.example', LABEL, 'Be kind');
const lines = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('the rules of a server on the card of its account', () => {
  const shown = (account = home) => mount(ServerRules, { props: { account }, global: { plugins: [i18n] } });

  it('say how many there are, closed, with those about AI apart and first', () => {
    const card = shown();
    expect(card.get('details').attributes('open')).toBeUndefined();
    expect(lines(card.get('summary').text())).toBe('Rules of home.example: 2 in all · 1 mentions AI or bots');
    const groups = card
      .findAll('section')
      .map((group) => [group.get('h3').text(), ...group.findAll('li').map((rule) => rule.text())]);
    expect(groups).toEqual([
      ['Those that mention AI or bots', LABEL],
      ['The others', 'Be kind'],
    ]);
  });

  it('are text and nothing else', () => {
    expect(shown().find('b').exists()).toBe(false);
  });

  it('are one list where none is about AI, and nothing where the server has none', () => {
    const plain = shown(at('https://home.example', 'Be kind'));
    expect(lines(plain.get('summary').text())).toBe('Rules of home.example: 1 in all');
    expect(plain.findAll('h3').map((title) => title.text())).toEqual(['The others']);
    expect(shown(at('https://home.example')).text()).toBe('');
  });
});

describe('the rules beside the disclosure of a post', () => {
  const shown = (...accounts: readonly (typeof home)[]) =>
    mount(DisclosureField, {
      props: {
        modelValue: { decision: 'none', basis: 'not_ai' },
        origin: 'human',
        accounts,
        disabled: false,
      },
      global: { plugins: [i18n] },
    });

  it('are those about AI alone, as text, under the name of their server', () => {
    const field = shown(home);
    expect(field.findAll('li').map((rule) => rule.text())).toEqual([LABEL]);
    expect(field.find('b').exists()).toBe(false);
    expect(field.text()).toContain('Rules of home.example that mention AI or bots:');
    expect(field.text()).not.toContain('Be kind');
  });

  it('come once for two accounts on one server, and not for servers that say nothing of it', () => {
    const servers = serversWithAiRules([home, { ...home }, at('https://far.example', 'Be kind')]);
    expect(servers.map(({ server }) => server)).toEqual(['home.example']);
    expect(shown(at('https://far.example', 'Be kind')).find('li').exists()).toBe(false);
  });

  it('are a few, with the number of the rest', () => {
    const field = shown(at('https://home.example', 'AI 1', 'AI 2', 'AI 3', 'AI 4', 'AI 5'));
    expect(field.findAll('li')).toHaveLength(3);
    expect(field.text()).toContain('2 more are in Settings, Accounts.');
    expect(shown(at('https://home.example', 'AI 1', 'AI 2', 'AI 3', 'AI 4')).text()).toContain(
      'One more is in Settings, Accounts.',
    );
  });
});
