import { describe, expect, it } from 'vitest';
import { createSettling } from '../../electron/main/networks/settling';
import { createTestContext } from './context';
import { patientClock } from './patient-clock';

const profile = { remoteId: 'own', handle: 'own', displayName: 'Own', serviceUrl: 'https://a.example' };

describe('what is not there when the network is looked at', () => {
  let now = 0;
  const contextOf = (remoteId = 'own') =>
    createTestContext({
      profile: { ...profile, remoteId },
      secrets: {},
      clock: patientClock(() => now),
    }).ctx;
  const setUp = () => {
    now = 1_000_000;
    const settling = createSettling(30_000);
    return (key: string, done: Readonly<Record<string, Record<string, unknown>>>, ctx = contextOf()) =>
      settling.notThere({ key }, done, ctx).state;
  };

  it('is absent only after it was not there for a while, counted from the first look', () => {
    const look = setUp();
    const done = { prepare: { at: 1 } };
    expect(look('post', done)).toBe('unknown');
    now += 29_999;
    expect(look('post', done)).toBe('unknown');
    now += 1;
    expect(look('post', done)).toBe('absent');
  });

  it('is looked for anew when the next try is in doubt', () => {
    const look = setUp();
    const done = { prepare: { at: 1 } };
    look('post', done);
    now += 30_000;
    expect(look('post', done)).toBe('absent');
    expect(look('post', done)).toBe('unknown');
  });

  it('is told apart by account, step and what was done before it', () => {
    const look = setUp();
    look('post', { prepare: { at: 1 } });
    now += 30_000;
    expect(look('post', { prepare: { at: 2 } })).toBe('unknown');
    expect(look('comment:1', { prepare: { at: 1 } })).toBe('unknown');
    expect(look('post', { prepare: { at: 1 } }, contextOf('other'))).toBe('unknown');
    expect(look('post', { prepare: { at: 1 } })).toBe('absent');
  });

  it('is never believed to be absent because the clock was put back', () => {
    const look = setUp();
    look('post', {});
    now -= 3_600_000;
    expect(look('post', {})).toBe('unknown');
  });

  it('forgets the oldest of very many first looks, which only makes it look longer', () => {
    const look = setUp();
    for (let index = 0; index <= 1000; index += 1) look(`step:${index}`, {});
    now += 30_000;
    expect(look('step:0', {})).toBe('unknown');
    expect(look('step:1000', {})).toBe('absent');
  });
});
