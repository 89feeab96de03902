import type { PostId } from '@shared/domain/ids';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { PostRepository } from '../db/repositories/posts';
import type { Clock } from '../ports';
import type { Moves } from './calendar-moves';
import type { Caller } from './job-types';
import { firstLine, type PostViews } from './post-views';

type CalendarDeps = {
  readonly clock: Clock;
  readonly posts: PostRepository;
  readonly views: PostViews;
  readonly moves: Moves;
};

export function createCalendar({ clock, posts, views, moves }: CalendarDeps) {
  const one = (id: PostId) => {
    const [shown] = views.calendarOf([views.requirePost(id)]);
    if (!shown) throw new Error('a post that is there has a view');
    return shown;
  };
  return {
    range: ({ from, to, accountIds, states }: ParsedInput<'calendar.range'>): Output<'calendar.range'> =>
      views
        .calendarOf(posts.between(from, to))
        .filter((item) => !accountIds || item.accounts.some((account) => accountIds.includes(account.id)))
        .filter((item) => !states || states.includes(item.state)),
    unscheduled: (): Output<'calendar.unscheduled'> => views.calendarOf(posts.unscheduled()),
    needsYou: (): Output<'calendar.needsYou'> =>
      views.calendarOf(posts.withState(['needs_check', 'failed', 'missed', 'awaiting_approval'])),
    move: (
      { id, dueAt, zone, approvals }: ParsedInput<'calendar.move'>,
      caller: Caller,
    ): Output<'calendar.move'> => {
      if (approvals.length > 0) moves.schedule(id, { dueAt, zone, now: false }, approvals, caller);
      else moves.move(id, { dueAt, zone });
      return one(id);
    },
    missed: (): Output<'calendar.missed'> =>
      posts.withState(['missed']).flatMap((post) => {
        const shown = one(post.id);
        return post.dueAt === null
          ? []
          : [{ post: shown, policy: post.missedPolicy, missedByMs: Math.max(0, clock.now() - post.dueAt) }];
      }),
    decideMissed: ({ id, decision }: ParsedInput<'calendar.decideMissed'>): void => {
      switch (decision.kind) {
        case 'publish_now':
          return moves.publishMissed(id);
        case 'move':
          return moves.move(id, decision);
        case 'skip':
          return moves.unschedule(id);
      }
    },
    /** The next post that will go out by itself: for the tray. */
    next: (): { readonly at: number; readonly firstLine: string } | null => {
      const found = posts.next();
      const row = found && posts.get(found.id);
      return found && row ? { at: found.at, firstLine: firstLine(row.base.segments[0]?.text ?? '') } : null;
    },
  };
}
