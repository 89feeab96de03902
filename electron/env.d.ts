/// <reference types="electron-vite/node" />

declare module '*?raw' {
  const text: string;
  export default text;
}

/** Set by the build. */
declare const __CANDOR_COMMIT__: string;
