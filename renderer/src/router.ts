import { createRouter, createWebHashHistory } from 'vue-router';

/** Every view by its address. Views load when they are first shown; the inbox, where the app starts, at once after the frame. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/inbox' },
    {
      path: '/welcome',
      name: 'welcome',
      component: () => import('./features/accounts/WelcomeView.vue'),
      meta: { bare: true },
    },
    {
      path: '/inbox/:id?',
      name: 'inbox',
      component: () => import('./features/inbox/InboxView.vue'),
      props: true,
    },
    { path: '/calendar', name: 'calendar', component: () => import('./features/calendar/CalendarView.vue') },
    {
      path: '/compose/:id?',
      name: 'compose',
      component: () => import('./features/composer/ComposerView.vue'),
      props: true,
    },
    {
      path: '/transparency',
      name: 'transparency',
      component: () => import('./features/transparency/TransparencyView.vue'),
    },
    {
      path: '/settings/:section?',
      name: 'settings',
      component: () => import('./features/settings/SettingsView.vue'),
      props: true,
    },
    { path: '/outbox', name: 'outbox', component: () => import('./features/outbox/OutboxView.vue') },
    { path: '/:pathMatch(.*)*', redirect: '/inbox' },
  ],
});
