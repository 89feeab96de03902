import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { Capabilities, Permission } from '@shared/domain/network';
import AccountAccess from '@/connect/AccountAccess.vue';
import { endingSignIns, missingPermissions, signInEnd } from '@/connect/account-access';
import { i18n } from '@/text/i18n';
import { formatDate } from '@/ui/format';
import { NOW, sampleAccount } from '../support/sample';

const DAY = 86_400_000;
const { capabilities } = sampleAccount();
const withAccess = (access: NonNullable<Capabilities['access']>, over: object = {}) =>
  sampleAccount({ capabilities: { ...capabilities, access }, ...over });
const ending = (at: number, over: object = {}) => withAccess({ permissions: [], endsAt: at }, over);

describe('the end of a sign-in', () => {
  it('is shown from ten days before', () => {
    expect(signInEnd(ending(NOW + 10 * DAY + 1), NOW)).toBeNull();
    expect(signInEnd(ending(NOW + 10 * DAY), NOW)).toEqual({ at: NOW + 10 * DAY, over: false });
  });

  it('is called over from the moment on', () => {
    expect(signInEnd(ending(NOW), NOW)).toEqual({ at: NOW, over: true });
  });

  it('is not shown beside a request to reconnect, nor where there is none', () => {
    expect(signInEnd(ending(NOW, { health: 'reconnect' }), NOW)).toBeNull();
    expect(signInEnd(sampleAccount(), NOW)).toBeNull();
  });

  it('comes first where it comes first', () => {
    const [late, early] = [ending(NOW + 5 * DAY), ending(NOW + 2 * DAY)];
    expect(endingSignIns([late, sampleAccount(), early], NOW).map(({ account }) => account.id)).toEqual([
      early.id,
      late.id,
    ]);
  });
});

describe('the permissions of an account', () => {
  const permissions: readonly Permission[] = [
    { name: 'pages_manage_posts', granted: true, needed: ['publish'] },
    { name: 'pages_messaging', granted: false, needed: ['dm', 'reply'] },
    { name: 'read_insights', granted: null, needed: ['metrics'] },
  ];
  const shown = (account = withAccess({ permissions, endsAt: NOW + 30 * DAY })) =>
    mount(AccountAccess, { props: { account }, global: { plugins: [i18n] } });

  it('are listed as present, missing or not told, with what each is for or switches off', () => {
    const rows = shown()
      .findAll('li')
      .map((row) => row.text().replace(/\s+/g, ' '));
    expect(rows).toEqual([
      'pages_manage_posts · Present · For: publishing',
      'pages_messaging · Missing · Off without it: direct messages, answers',
      'read_insights · The network does not tell · For: numbers',
    ]);
  });

  it('are open when one is missing, and one line when none is', () => {
    expect(shown().find('details').attributes('open')).toBeDefined();
    expect(shown().find('summary').text()).toBe('Permissions: 1 of 3 present, 1 missing');
    const fine = shown(withAccess({ permissions: permissions.slice(0, 1) }));
    expect(fine.find('details').attributes('open')).toBeUndefined();
    expect(fine.find('summary').text()).toBe('Permissions: 1 of 1 present');
  });

  it('that are not told do not count as missing', () => {
    expect(missingPermissions(withAccess({ permissions }))).toBe(1);
    expect(missingPermissions(sampleAccount())).toBe(0);
  });

  it('say when the sign-in ends', () => {
    expect(shown().text()).toContain(`Sign-in ends on ${formatDate(NOW + 30 * DAY)}`);
  });

  it('are not mentioned where the network has none', () => {
    expect(shown(sampleAccount()).text()).toBe('');
  });
});
