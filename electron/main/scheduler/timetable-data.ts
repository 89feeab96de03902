/** What the main side tells the timetable's worker, and what it hears. */
export type TimetableData = { readonly entries: readonly { readonly id: string; readonly at: string }[] };
export type Tick = { readonly id: string };
