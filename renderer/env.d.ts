/// <reference types="vite/client" />

/** For tools that do not read single-file components; vue-tsc knows each one's real type. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent;
  export default component;
}
