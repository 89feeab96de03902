import type { Component } from 'vue';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  Clock,
  ClockAlert,
  LoaderCircle,
  UserCheck,
} from '@lucide/vue';
import type { VariantState } from '@shared/domain/states';
import type { ChipTone } from './UiChip.vue';

export type StateLook = { readonly icon: Component; readonly tone: ChipTone };

/** How the state of a post looks everywhere: an icon and a colour, never the colour alone. */
export const stateLooks: Readonly<Record<VariantState, StateLook>> = {
  draft: { icon: CircleDashed, tone: 'neutral' },
  awaiting_approval: { icon: UserCheck, tone: 'warn' },
  scheduled: { icon: Clock, tone: 'accent' },
  publishing: { icon: LoaderCircle, tone: 'accent' },
  published: { icon: CircleCheck, tone: 'ok' },
  failed: { icon: CircleAlert, tone: 'danger' },
  needs_check: { icon: CircleQuestionMark, tone: 'danger' },
  missed: { icon: ClockAlert, tone: 'warn' },
};
