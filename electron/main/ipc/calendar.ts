import type { calendar as contract } from '@shared/ipc/calendar';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly calendar: ServiceFor<
    'calendar',
    'range' | 'unscheduled' | 'needsYou' | 'move' | 'missed' | 'decideMissed'
  >;
};

export const calendarHandlers = ({ calendar }: Services): FeatureHandlers<typeof contract> => ({
  'calendar.range': calendar.range,
  'calendar.unscheduled': calendar.unscheduled,
  'calendar.needsYou': calendar.needsYou,
  'calendar.move': calendar.move,
  'calendar.missed': calendar.missed,
  'calendar.decideMissed': calendar.decideMissed,
});
