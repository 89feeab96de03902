import world from '../../../../../resources/practice/world.json';
import type { Random } from '../random';
import type { RemotePerson } from '../wire';

export type Lang = keyof typeof world.lines;
export type LineKind = 'question' | 'praise' | 'complaint' | 'sales' | 'followup';
export type Brand = (typeof world.brands)[number];

export const brands: readonly Brand[] = world.brands;
/** How often each language is met: most, but not all, write English. */
const langs: readonly Lang[] = ['en', 'en', 'en', 'en', 'de', 'de', 'es', 'fr', 'ja'];
/** What people write about: questions most, praise and anger, a sale now and then. */
const kinds: readonly LineKind[] = [
  'question',
  'question',
  'question',
  'praise',
  'praise',
  'complaint',
  'complaint',
  'sales',
];

export const isLang = (text: string): text is Lang => text in world.lines;
export const brandById = (id: string): Brand => {
  const brand = brands.find((item) => item.id === id);
  if (!brand) throw new Error(`the practice network has no brand ${id}`);
  return brand;
};
export const brandPerson = (brand: Brand): RemotePerson => ({
  id: brand.id,
  handle: brand.handle,
  name: brand.name,
  lang: 'en',
});

/** A made-up person; `n` keeps handles apart. */
export function makePerson(random: Random, n: number): RemotePerson {
  const lang = random.pick(langs);
  const { first, last } = world.people[lang];
  const given = random.pick(first);
  const family = random.pick(last);
  const name = lang === 'ja' ? `${family} ${given}` : `${given} ${family}`;
  return { id: `person-${n}`, handle: `${handleOf(name)}${n}`, name, lang };
}

/** What someone writes to a brand, in their language. */
export function makeLine(
  random: Random,
  brand: Brand,
  lang: Lang,
  kind: LineKind = random.pick(kinds),
): string {
  const text = random.pick(world.lines[lang][kind]);
  return text
    .replace('{product}', random.pick(brand.products[lang]))
    .replace('{city}', random.pick(world.cities[lang]));
}

export const makeSpam = (random: Random): string => random.pick(world.lines.en.spam);
export const injections: readonly string[] = world.injection;
export const makeAnswerOfBrand = (random: Random): string => random.pick(world.outgoing);

const handleOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase() || 'tomo';
