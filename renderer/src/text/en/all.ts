import { accounts } from './accounts';
import { assistant } from './assistant';
import { calendar } from './calendar';
import { common } from './common';
import { composer } from './composer';
import { errors } from './errors';
import { frame } from './frame';
import { inbox } from './inbox';
import { media } from './media';
import { mediaHost } from './media-host';
import { outbox } from './outbox';
import { polling } from './polling';
import { postOptions } from './post-options';
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
  media,
  mediaHost,
  outbox,
  polling,
  postOptions,
  settings,
  transparency,
};
