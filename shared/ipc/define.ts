import type { z } from 'zod';

/** One method of the bridge: what goes in, what comes out; `part` where the answer streams before it ends. */
export type Method<
  In extends z.ZodType = z.ZodType,
  Out extends z.ZodType = z.ZodType,
  Part extends z.ZodType | undefined = z.ZodType | undefined,
> = {
  readonly input: In;
  readonly output: Out;
  readonly part: Part;
};

export const method = <In extends z.ZodType, Out extends z.ZodType>(
  input: In,
  output: Out,
): Method<In, Out, undefined> => ({
  input,
  output,
  part: undefined,
});

/** A method that sends parts (tokens, progress) while it works and can be cancelled. */
export const streaming = <In extends z.ZodType, Part extends z.ZodType, Out extends z.ZodType>(
  input: In,
  part: Part,
  output: Out,
): Method<In, Out, Part> => ({ input, output, part });
