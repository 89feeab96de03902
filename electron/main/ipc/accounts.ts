import type { accounts as contract } from '@shared/ipc/accounts';
import type { FeatureHandlers, ServiceFor } from './router';

type Services = {
  readonly accounts: ServiceFor<
    'accounts',
    | 'list'
    | 'networks'
    | 'connect'
    | 'choose'
    | 'storedApp'
    | 'reopenSignIn'
    | 'update'
    | 'test'
    | 'pause'
    | 'remove'
    | 'sync'
    | 'startPractice'
    | 'removePractice'
    | 'practiceFaults'
    | 'setPracticeFaults'
  >;
};

export const accountsHandlers = ({ accounts }: Services): FeatureHandlers<typeof contract> => ({
  'accounts.list': accounts.list,
  'accounts.networks': accounts.networks,
  'accounts.connect': accounts.connect,
  'accounts.choose': accounts.choose,
  'accounts.storedApp': accounts.storedApp,
  'accounts.reopenSignIn': accounts.reopenSignIn,
  'accounts.update': accounts.update,
  'accounts.test': accounts.test,
  'accounts.pause': accounts.pause,
  'accounts.remove': accounts.remove,
  'accounts.sync': accounts.sync,
  'accounts.startPractice': accounts.startPractice,
  'accounts.removePractice': accounts.removePractice,
  'accounts.practiceFaults': accounts.practiceFaults,
  'accounts.setPracticeFaults': accounts.setPracticeFaults,
});
