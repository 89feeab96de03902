import { createRandom, type Random } from '../random';
import type { RemotePerson } from '../wire';
import { imageOf } from './images';
import type { Store } from './store';
import {
  brandPerson,
  brands,
  injections,
  isLang,
  makeAnswerOfBrand,
  makeLine,
  makePerson,
  makeSpam,
  type Brand,
} from './world';

const SEED = 20_261_122;
const PEOPLE = 320;
const COMMENTS_PER_BRAND = 170;
const MENTIONS_PER_BRAND = 60;
const TALKS_PER_BRAND = 45;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const SPAN_DAYS = 30;

/** Lays out the world once: everything in one transaction, dates counted back from `now`. */
export function seedWorld(store: Store, now: number): void {
  if (store.meta('seeded_at') !== undefined) return;
  const random = createRandom(SEED);
  store.transaction(() => {
    const people = Array.from({ length: PEOPLE }, (_, n) => makePerson(random, n + 1));
    for (const person of people) store.addPerson(person, false);
    for (const brand of brands) {
      store.addPerson(brandPerson(brand), true);
      seedBrand(store, random, brand, people, now);
    }
    store.setMeta('seeded_at', String(now));
  });
}

function seedBrand(
  store: Store,
  random: Random,
  brand: Brand,
  people: readonly RemotePerson[],
  now: number,
): void {
  const posts = brand.posts.map((text, index) => {
    const createdAt = now - Math.round(((index + 0.4) / brand.posts.length) * SPAN_DAYS * DAY);
    const images = index % 2 === 0 ? [imageOf(brand, index)] : [];
    return store.addPost({
      author: brand.id,
      text,
      lang: 'en',
      createdAt,
      parent: null,
      images,
      likes: 8 + random.int(140),
    });
  });
  const happenings = [
    ...Array.from({ length: COMMENTS_PER_BRAND }, () => ({
      kind: 'comment' as const,
      post: random.pick(posts),
    })),
    ...Array.from({ length: MENTIONS_PER_BRAND }, () => ({ kind: 'mention' as const })),
    ...Array.from({ length: TALKS_PER_BRAND }, () => ({ kind: 'dm' as const })),
  ]
    .map((item) => ({ ...item, at: now - recentFirst(random) }))
    .sort((a, b) => a.at - b.at);

  happenings.forEach((item, index) => {
    const person = random.pick(people);
    const lang = isLang(person.lang) ? person.lang : 'en';
    const text = oddText(random, index) ?? makeLine(random, brand, lang);
    if (item.kind === 'dm') return seedTalk(store, random, brand, person, text, item.at, now);
    const parent = item.kind === 'comment' ? item.post : null;
    const at = parent ? Math.max(item.at, parent.createdAt + 10 * 60_000) : item.at;
    const body = parent ? text : `@${brand.handle} ${text}`;
    const post = store.addPost({
      author: person.id,
      text: body,
      lang,
      createdAt: at,
      parent: parent?.id ?? null,
    });
    store.addEvent(brand.id, item.kind, post.id);
    if (now - at > 2 * DAY && random.next() < 0.55) answerByBrand(store, random, brand, person, post.id, at);
  });
}

/** What a brand answered in the past, and sometimes the person's last word. */
function answerByBrand(
  store: Store,
  random: Random,
  brand: Brand,
  person: RemotePerson,
  postId: string,
  at: number,
): void {
  const answer = store.addPost({
    author: brand.id,
    text: makeAnswerOfBrand(random),
    lang: 'en',
    createdAt: at + HOUR,
    parent: postId,
  });
  store.addEvent(brand.id, 'comment', answer.id);
  if (random.next() > 0.3 || !isLang(person.lang)) return;
  const last = store.addPost({
    author: person.id,
    text: makeLine(random, brand, person.lang, 'followup'),
    lang: person.lang,
    createdAt: at + 2 * HOUR,
    parent: answer.id,
  });
  store.addEvent(brand.id, 'comment', last.id);
}

function seedTalk(
  store: Store,
  random: Random,
  brand: Brand,
  person: RemotePerson,
  text: string,
  at: number,
  now: number,
): void {
  const base = { brand: brand.id, person: person.id };
  const first = store.addDirect({ ...base, author: person.id, text, lang: person.lang, createdAt: at });
  store.addEvent(brand.id, 'dm', first.id);
  if (now - at < DAY || random.next() < 0.4) return;
  const answer = store.addDirect({
    ...base,
    author: brand.id,
    text: makeAnswerOfBrand(random),
    lang: 'en',
    createdAt: at + HOUR / 2,
  });
  store.addEvent(brand.id, 'dm', answer.id);
}

/** Now and then spam, and once each an attempt to talk to the AI instead of the brand. */
function oddText(random: Random, index: number): string | undefined {
  if (index > 0 && index % 40 === 0) return makeSpam(random);
  return index === 260 ? injections[0] : index === 268 ? injections[1] : undefined;
}

/** Age of a happening, ms: a few within the last hour, half within the last week. */
const recentFirst = (random: Random): number =>
  Math.round(random.next() ** 2 * (SPAN_DAYS - 1) * DAY) + 4 * 60_000;
