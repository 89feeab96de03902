import { createRandom } from '../random';
import type { Pending, Store } from './store';
import { brandById, isLang, makeLine } from './world';

const ANSWER_AFTER_MS = { least: 4_000, most: 25_000 } as const;
const ARRIVAL_EVERY_MS = 40_000;
/** After a pause (the app was closed) at most this many arrive at once. */
const MOST_ARRIVALS = 3;
const ANSWER_CHANCE = 0.8;

/**
 * Makes the world move: people answer when they are replied to, some new messages arrive by themselves. Runs when
 * the app looks, with times that lie between the looks, as if it had happened meanwhile.
 */
export function createBehaviour(store: Store) {
  const random = createRandom(Number(store.meta('seeded_at') ?? 1));

  /** A brand replied to or wrote something: its people will answer, and a post collects a few likes. */
  const afterWrite = (brand: string, answers: string, kind: Pending['kind'], now: number): void => {
    if (random.next() > ANSWER_CHANCE) return;
    const wait = ANSWER_AFTER_MS.least + random.int(ANSWER_AFTER_MS.most - ANSWER_AFTER_MS.least);
    store.plan(now + wait, brand, answers, kind);
  };

  const advance = (brand: string, now: number, arrivals: boolean): void => {
    for (const due of store.takeDue(brand, now)) answer(due, now);
    if (arrivals) arrive(brand, now);
  };

  const answer = ({ brand, answers, kind }: Pending, now: number): void => {
    if (kind === 'direct') {
      const about = store.direct(answers);
      if (!about || !isLang(about.with.lang)) return;
      const text = makeLine(random, brandById(brand), about.with.lang, 'followup');
      const direct = store.addDirect({
        brand,
        person: about.with.id,
        author: about.with.id,
        text,
        lang: about.with.lang,
        createdAt: now,
      });
      return store.addEvent(brand, 'dm', direct.id);
    }
    const about = store.post(answers);
    if (!about) return;
    const asked = about.parentId === null ? undefined : store.post(about.parentId)?.author;
    const person = asked && asked.id !== brand ? asked : random.pick(store.people());
    if (!isLang(person.lang)) return;
    const text = makeLine(random, brandById(brand), person.lang, asked ? 'followup' : undefined);
    const post = store.addPost({
      author: person.id,
      text,
      lang: person.lang,
      createdAt: now,
      parent: about.id,
    });
    store.addLikes(about.id, 1 + random.int(6));
    store.addEvent(brand, 'comment', post.id);
  };

  const arrive = (brand: string, now: number): void => {
    const key = `arrived_at:${brand}`;
    const since = Number(store.meta(key) ?? now);
    const due = Math.floor((now - since) / ARRIVAL_EVERY_MS);
    if (store.meta(key) === undefined || due > 0) store.setMeta(key, String(now));
    for (let n = 0; n < Math.min(due, MOST_ARRIVALS); n += 1) {
      const person = random.pick(store.people());
      if (!isLang(person.lang)) continue;
      const line = makeLine(random, brandById(brand), person.lang);
      const parent = random.next() < 0.6 ? random.pick(store.brandPosts(brand).slice(0, 4)) : null;
      const text = parent ? line : `@${brandById(brand).handle} ${line}`;
      const post = store.addPost({
        author: person.id,
        text,
        lang: person.lang,
        createdAt: now,
        parent: parent?.id ?? null,
      });
      store.addEvent(brand, parent ? 'comment' : 'mention', post.id);
    }
  };
  return { afterWrite, advance };
}
