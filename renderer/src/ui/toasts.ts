import { readonly, shallowReactive } from 'vue';
import { toErrorInfo } from '@shared/domain/errors';
import { errorLine } from '@/text/error-text';
import { t } from '@/text/i18n';

export const UNDO_MS = 5_000;
const ERROR_MS = 10_000;

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'neutral' | 'danger';
  readonly action: { readonly label: string; readonly run: () => void } | null;
  readonly ms: number;
};

const toasts = shallowReactive<Toast[]>([]);
let lastId = 0;
const MOST = 3;

function show(toast: Omit<Toast, 'id'>): number {
  const id = ++lastId;
  toasts.push({ ...toast, id });
  if (toasts.length > MOST) toasts.shift();
  return id;
}

function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

function act(id: number): void {
  const toast = toasts.find((entry) => entry.id === id);
  dismiss(id);
  toast?.action?.run();
}

/** Short messages at the bottom of the window. `undo` is the rule for whatever can be undone. */
export function useToasts() {
  return {
    toasts: readonly(toasts),
    info: (text: string): number => show({ text, tone: 'neutral', action: null, ms: UNDO_MS }),
    undo: (text: string, run: () => void): number =>
      show({ text, tone: 'neutral', action: { label: t('common.undo'), run }, ms: UNDO_MS }),
    withAction: (text: string, label: string, run: () => void): number =>
      show({ text, tone: 'neutral', action: { label, run }, ms: ERROR_MS }),
    /** A failure in words. A cancelled call is not a failure. */
    error: (thrown: unknown): void => {
      const info = toErrorInfo(thrown);
      if (info.kind !== 'cancelled')
        show({ text: errorLine(info), tone: 'danger', action: null, ms: ERROR_MS });
    },
    dismiss,
    act,
    /** Runs the newest Undo that is still offered. */
    undoLast: (): boolean => {
      const last = toasts.findLast((toast) => toast.action !== null);
      if (last) act(last.id);
      return last !== undefined;
    },
  };
}
