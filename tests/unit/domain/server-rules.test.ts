import { expect, it } from 'vitest';
import { aboutAiFirst, isAboutAi } from '@shared/domain/server-rules';

it.each([
  'AI-generated images must be labelled.',
  'Mark what (A.I.) wrote',
  'No LLMs',
  'Posts by ChatGPT or GPT-4 need a warning',
  'Nothing made by generative models',
  'Label content made with Artificial Intelligence',
  'Bots must say so in their profile',
  'KI-generierte Inhalte kennzeichnen',
  'Inhalte von künstlicher Intelligenz kennzeichnen',
  'Pas d’IA',
  'Contenus d’intelligence artificielle interdits',
  'No deepfakes',
])('takes “%s” for a rule about AI', (rule) => expect(isAboutAi(rule)).toBe(true));

it.each([
  'Be kind',
  'J’ai dit non',
  'Vietato ai minori',
  'No hablar mal de la tía',
  'Mark sensitive media',
  'No botched quotes, no robotics spam',
  'Kein Skifahren',
  'MAIL us with questions',
])('does not take “%s” for one', (rule) => expect(isAboutAi(rule)).toBe(false));

it('puts those about AI first and leaves the order otherwise', () => {
  expect(aboutAiFirst(['b', 'AI 1', 'a', 'AI 2'])).toEqual(['AI 1', 'AI 2', 'b', 'a']);
});
