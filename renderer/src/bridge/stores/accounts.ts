import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { AccountId } from '@shared/domain/ids';
import type { AccountView } from '@shared/ipc/accounts';
import { coalesce } from '../coalesce';
import { onEvent } from '../events';
import { invoke } from '../invoke';

export const useAccountsStore = defineStore('accounts', () => {
  const accounts = ref<readonly AccountView[]>([]);
  const loaded = ref(false);
  const byId = computed(() => new Map(accounts.value.map((account) => [account.id, account])));

  async function load(): Promise<void> {
    accounts.value = await invoke('accounts.list', {});
    loaded.value = true;
  }

  const find = (id: AccountId): AccountView | undefined => byId.value.get(id);

  onEvent('accounts.changed', coalesce(load));
  return { accounts, loaded, load, find };
});
