import { expect } from 'vitest';

/** One promise of the product, measured: printed as a line of JSON and held to its limit. */
export type Measurement = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value was compared with in the same run, where a bare number would measure the machine. */
  readonly baseline?: number;
  /** value / baseline. */
  readonly ratio?: number;
  readonly limit: number;
};

export function report(measurement: Measurement): void {
  const judged = measurement.ratio ?? measurement.value;
  console.info(JSON.stringify({ ...measurement, ok: judged <= measurement.limit }));
  expect(judged, measurement.name).toBeLessThanOrEqual(measurement.limit);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The smallest value that at least `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('no values to measure');
  return value;
}
