import { ref } from 'vue';
import { useRouter } from 'vue-router';
import type { CalendarPost } from '@shared/ipc/calendar';
import { t } from '@/text/i18n';
import { issueLine } from '@/ui/issue-text';
import { useToasts } from '@/ui/toasts';
import { moveProblem } from './calendar-moves';
import type { Refusal, useCalendarStore } from './calendar-store';
import { titleOf, whenLabel } from './post-label';

/** Every way a post changes its place, said aloud and with a way back. */
export function useMoves(calendar: ReturnType<typeof useCalendarStore>, zone: () => string) {
  const toasts = useToasts();
  const router = useRouter();
  const announced = ref('');

  const say = (text: string): void => {
    announced.value = text;
  };

  function refused(post: CalendarPost, refusal: Refusal): void {
    const text =
      refusal.why === 'no_account'
        ? t('calendar.move.noAccount')
        : t('calendar.move.issue', { text: issueLine(refusal.issue) });
    say(text);
    toasts.withAction(text, t('calendar.move.open'), () => void router.push(`/compose/${post.id}`));
  }

  async function moveBack(post: CalendarPost, dueAt: number, inZone: string): Promise<void> {
    try {
      await calendar.move(post.id, dueAt, inZone);
      say(t('calendar.move.movedBack', { text: titleOf(post), when: whenLabel(dueAt, inZone) }));
    } catch (thrown) {
      toasts.error(thrown);
    }
  }

  async function takeOff(post: CalendarPost): Promise<void> {
    try {
      await calendar.unschedule(post.id);
      say(t('calendar.move.unscheduled', { text: titleOf(post) }));
    } catch (thrown) {
      toasts.error(thrown);
    }
  }

  async function schedule(post: CalendarPost, dueAt: number): Promise<void> {
    const refusal = await calendar.schedule(post.id, dueAt, zone());
    if (refusal) return refused(post, refusal);
    const text = t('calendar.move.scheduled', { text: titleOf(post), when: whenLabel(dueAt, zone()) });
    say(text);
    toasts.undo(text, () => void takeOff(post));
  }

  async function shift(post: CalendarPost, from: number, dueAt: number): Promise<void> {
    const fromZone = post.zone ?? zone();
    await calendar.move(post.id, dueAt, zone());
    const text = t('calendar.move.moved', { text: titleOf(post), when: whenLabel(dueAt, zone()) });
    say(text);
    toasts.undo(text, () => void moveBack(post, from, fromZone));
  }

  /** False when the post stays where it was. */
  async function moveTo(post: CalendarPost, dueAt: number): Promise<boolean> {
    const problem = moveProblem(post, dueAt, Date.now());
    if (problem) {
      const text = t(`calendar.move.${problem}`, { when: whenLabel(dueAt, zone()) });
      say(text);
      toasts.info(text);
      return false;
    }
    try {
      if (post.dueAt === null) await schedule(post, dueAt);
      else if (post.dueAt !== dueAt) await shift(post, post.dueAt, dueAt);
      return true;
    } catch (thrown) {
      toasts.error(thrown);
      return false;
    }
  }

  return { moveTo, announced };
}
