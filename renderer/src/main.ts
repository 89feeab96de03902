import './bridge/zod-without-eval';
import './styles/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';
import { i18n } from './text/i18n';

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
