import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Answer } from '@shared/ipc/channels';
import { contract, type Input, type MethodName } from '@shared/ipc/contract';
import { createRouter, type Handlers } from '../../electron/main/ipc/router';
import { createManualClock, createRecordingLogger } from '../fakes/ports';
import { inputs, last, refusals } from './support/inputs';
import { openPlaces, placesOf, refusedBy, withExtra, withPlace } from './support/schema-walk';
import { openWorld, type World } from './support/world';

const names = Object.keys(contract) as readonly MethodName[];
const inOrder = [...names.filter((name) => !last.includes(name)), ...last];
const streaming = names.filter((name) => contract[name].part !== undefined);
const schemaOf = (name: MethodName): z.ZodType => contract[name].input;
const caller = { userGesture: true };
const noParts = (): void => undefined;

/** A router whose handlers only say that they were reached. */
function routerThatAnswers(value: unknown) {
  const reached: string[] = [];
  const handlers = new Proxy({} as Handlers, {
    get: (_, name) => () => {
      reached.push(String(name));
      return value;
    },
  });
  return {
    reached,
    router: createRouter({ handlers, clock: createManualClock(), log: createRecordingLogger() }),
  };
}

describe('the contract of the bridge', () => {
  let world: World;
  const given = new Map<MethodName, unknown>();
  const answers = new Map<MethodName, Answer<unknown>>();
  const parts = new Map<MethodName, readonly unknown[]>();

  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  describe.each(inOrder)('%s', (name) => {
    it('has a handler that answers within the contract, with what survives structured cloning', async () => {
      const input = (await inputs[name](world)) as Input<typeof name>;
      given.set(name, input);
      expect(() => structuredClone(input)).not.toThrow();
      const result = await world.invoke(name, input);
      answers.set(name, result.answer);
      parts.set(name, result.parts);
      if (refusals[name]) expect(result.answer).toMatchObject({ ok: false, error: { kind: refusals[name] } });
      else expect(result.answer).toMatchObject({ ok: true });
      expect(structuredClone(result)).toEqual(result);
      for (const secret of world.secrets) expect(JSON.stringify(result)).not.toContain(secret);
    });

    it('refuses what lacks a required field or has a wrong one, by the name of the field', async () => {
      const { reached, router } = routerThatAnswers(undefined);
      const input = given.get(name);
      const refuse = async (wrong: unknown) => {
        const answer = await router.invoke({ method: name, input: wrong, stream: 's' }, caller, noParts);
        expect(answer).toMatchObject({ ok: false, error: { kind: 'invalid_input' } });
        return answer.ok ? '' : (answer.error.field ?? '');
      };
      for (const place of placesOf(schemaOf(name), input)) {
        const field = place.path.join('.');
        if (place.required) expect(await refuse(withPlace(input, place.path, 'left out'))).toBe(field);
        const wrongs = refusedBy(place);
        expect(wrongs.length, field).toBeGreaterThan(3);
        for (const value of wrongs)
          expect(`${await refuse(withPlace(input, place.path, { value }))}.`).toMatch(startOf(field));
      }
      for (const wrong of ['text', 7, null]) expect(await refuse(wrong)).toBe('input');
      expect(reached).toEqual([]);
    });

    it('lets nothing out that its schema does not name', async () => {
      const answer = answers.get(name);
      if (!answer?.ok || answer.value === undefined) return;
      const { output } = contract[name] as { readonly output: z.ZodType };
      const secret = { accessJwt: 'eyJhbGciOi-secret', password: 'hunter2-secret' };
      const { router } = routerThatAnswers(withExtra(output, answer.value, secret));
      const out = await router.invoke({ method: name, input: given.get(name), stream: 's' }, caller, noParts);
      expect(out).toEqual(answer);
    });
  });

  it('is covered whole, and streams exactly where it says so', async () => {
    expect([...answers.keys()].sort()).toEqual([...names].sort());
    expect(streaming).toEqual([
      'accounts.connect',
      'ai.suggest',
      'composer.addMedia',
      'transparency.verify',
      'transparency.export',
    ]);
    for (const name of streaming) {
      const unnamed = { method: name, input: given.get(name) };
      expect(await world.core.invoke(unnamed, caller, noParts)).toMatchObject({
        ok: false,
        error: { kind: 'invalid_input', field: 'stream' },
      });
    }
    for (const name of names) if (!streaming.includes(name)) expect(parts.get(name), name).toEqual([]);
    for (const name of ['ai.suggest', 'transparency.verify'] as const)
      expect(parts.get(name)).not.toEqual([]);
  });

  it('closes every answer, but for capability data and for counts and codes under names of their own', () => {
    const open = names.flatMap((name) => {
      const { output, part } = contract[name] as { readonly output: z.ZodType; readonly part?: z.ZodType };
      return [...openPlaces(output, [name]), ...(part ? openPlaces(part, [name, 'part']) : [])];
    });
    const fields = new Set(open.map((place) => place.split('.').at(-1)));
    expect([...fields].sort()).toEqual([
      'capabilities',
      'facts',
      'options',
      'params',
      'redactions',
      'stripped',
    ]);
  });
});

const startOf = (field: string): RegExp => new RegExp(`^${field.replaceAll('.', '\\.')}\\.`);
