import type { Component } from 'vue';

export type MenuItem =
  | {
      readonly id: string;
      readonly label: string;
      readonly icon?: Component;
      readonly keys?: string;
      readonly danger?: boolean;
      /** Why it cannot be chosen now. */
      readonly why?: string | null;
      readonly checked?: boolean;
      readonly hint?: string;
    }
  | { readonly separator: true };
