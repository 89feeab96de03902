/// <reference types="electron-vite/node" />

declare module '*?raw' {
  const text: string;
  export default text;
}
