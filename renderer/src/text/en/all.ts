import { accounts } from './accounts';
import { assistant } from './assistant';
import { calendar } from './calendar';
import { common } from './common';
import { composer } from './composer';
import { errors } from './errors';
import { frame } from './frame';
import { inbox } from './inbox';
import { outbox } from './outbox';
import { settings } from './settings';
import { transparency } from './transparency';

/** Every text of the window in English. Another language is another object of this shape. */
export const en = {
  accounts,
  assistant,
  calendar,
  common,
  composer,
  errors,
  frame,
  inbox,
  outbox,
  settings,
  transparency,
};
