import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { isEmpty } from '@shared/domain/content';
import { appError, toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId, MediaId, PostId, SuggestionId } from '@shared/domain/ids';
import { variantApprovals } from '@shared/domain/post-approval';
import type { Media, Post } from '@shared/ipc/composer';
import { concerns, onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { useAccountsStore } from '@/bridge/stores/accounts';
import { createAutosave } from './autosave';
import {
  draftOf,
  emptyDraft,
  isLocked,
  optionsOf,
  overallState,
  overrideOf,
  withOption,
  withRemind,
  type Draft,
} from './draft';

export type NewPost = {
  readonly accountIds: readonly AccountId[];
  readonly missedPolicy: Draft['missedPolicy'];
  readonly dueAt?: number;
  readonly zone?: string;
};

/** The post in the composer: what main last answered, and what the person has made of it since. */
export const usePostStore = defineStore('composer', () => {
  const accounts = useAccountsStore();
  const post = shallowRef<Post | null>(null);
  const draft = shallowRef<Draft>(emptyDraft([], { kind: 'ask' }));
  const media = shallowRef<ReadonlyMap<MediaId, Media>>(new Map());
  const failure = shallowRef<ErrorInfo | null>(null);
  const opening = ref(false);
  const autosave = createAutosave(save);
  const unsavedAlts = new Map<MediaId, string>();
  let inserted: SuggestionId | undefined;
  let fresh: NewPost | null = null;
  let shown = 0;

  const states = computed(() => post.value?.variants.map((variant) => variant.state) ?? []);
  const state = computed(() => overallState(states.value));
  const locked = computed(() => isLocked(states.value));
  const mediaList = computed(() => [...media.value.values()]);

  const keepMedia = (items: readonly Media[]): void => {
    media.value = new Map([...media.value, ...items.map((item) => [item.id, item] as const)]);
  };

  function show(next: Post): void {
    post.value = next;
    draft.value = draftOf(next);
    keepMedia(next.media);
  }

  async function open(id: PostId | null, blank: NewPost): Promise<void> {
    await autosave.flush();
    const mine = ++shown;
    autosave.reset();
    unsavedAlts.clear();
    inserted = undefined;
    fresh = blank;
    post.value = null;
    failure.value = null;
    media.value = new Map();
    draft.value = emptyDraft(blank.accountIds, blank.missedPolicy);
    if (id === null) return;
    opening.value = true;
    await read(id, mine);
    if (mine === shown) opening.value = false;
  }

  async function read(id: PostId, mine: number): Promise<void> {
    try {
      const next = await invoke('composer.get', { id });
      if (mine === shown && autosave.status.value === 'saved') show(next);
    } catch (thrown) {
      if (mine === shown) failure.value = toErrorInfo(thrown);
    }
  }

  function change(next: Draft): void {
    draft.value = next;
    autosave.touch();
  }

  const setOption = (id: AccountId, option: string, value: string | boolean | undefined): void =>
    change(withOption(draft.value, id, option, value));

  const setRemind = (id: AccountId, remind: boolean): void => change(withRemind(draft.value, id, remind));

  function setAlt(id: MediaId, alt: string): void {
    const item = media.value.get(id);
    if (!item || item.alt === alt) return;
    keepMedia([{ ...item, alt }]);
    unsavedAlts.set(id, alt);
    autosave.touch();
  }

  /** The next save tells the log which suggestion is now in the text. */
  const markInserted = (id: SuggestionId): void => void (inserted = id);

  async function save(): Promise<void> {
    const mine = shown;
    const current = draft.value;
    for (const [id, alt] of unsavedAlts) {
      await invoke('composer.setAlt', { id, alt });
      if (unsavedAlts.get(id) === alt) unsavedAlts.delete(id);
    }
    if (!post.value && isEmpty(current.base)) return;
    const id = post.value?.id ?? (await create(current)).id;
    const suggestionId = inserted;
    const { base, missedPolicy, disclosure } = current;
    const variants = [...current.variants];
    const saved = await invoke('composer.save', {
      id,
      base,
      variants,
      missedPolicy,
      disclosure,
      suggestionId,
    });
    if (inserted === suggestionId) inserted = undefined;
    if (mine !== shown) return;
    post.value = saved;
    keepMedia(saved.media.filter((item) => !unsavedAlts.has(item.id)));
  }

  async function create(current: Draft): Promise<Post> {
    const accountIds = current.variants.map((entry) => entry.accountId);
    const made = await invoke('composer.create', { accountIds, dueAt: fresh?.dueAt, zone: fresh?.zone });
    post.value = made;
    return made;
  }

  /** The saved post and the hashes of what is on the screen, for the press that approves it. */
  async function ready() {
    if (!(await autosave.flush()))
      throw appError(autosave.error.value?.kind ?? 'internal', autosave.error.value ?? {});
    const saved = post.value;
    if (!saved) throw appError('invalid_input', { field: 'base' });
    const variants = saved.variants.map((variant) => ({
      ...variant,
      override: overrideOf(draft.value, variant.accountId),
      options: optionsOf(draft.value, variant.accountId),
    }));
    const shown = { ...draft.value, media: mediaList.value };
    const approvals = await variantApprovals(shown, variants, (id) => accounts.find(id)?.capabilities);
    return { id: saved.id, approvals };
  }

  const schedule = async (dueAt: number, zone: string): Promise<void> =>
    show(await invoke('composer.schedule', { ...(await ready()), dueAt, zone }));
  const publishNow = async (): Promise<void> => show(await invoke('composer.publishNow', await ready()));

  async function unschedule(): Promise<void> {
    if (post.value) show(await invoke('composer.unschedule', { id: post.value.id }));
  }

  onEvent('posts.changed', (event) => {
    const id = post.value?.id;
    if (id && concerns(event, id) && autosave.status.value === 'saved') void read(id, shown);
  });

  return {
    post,
    draft,
    media,
    mediaList,
    failure,
    opening,
    autosave,
    states,
    state,
    locked,
    open,
    change,
    setAlt,
    setOption,
    setRemind,
    keepMedia,
    markInserted,
    schedule,
    publishNow,
    unschedule,
  };
});
