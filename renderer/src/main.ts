import './bridge/zod-without-eval';
import './styles/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { useListStore } from './features/inbox/list-store';
import { router } from './router';
import { i18n } from './text/i18n';

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');

// The app starts in the inbox: its view and its first rows come while the frame is still asking for its own.
void import('./features/inbox/InboxView.vue');
void useListStore().begin();
