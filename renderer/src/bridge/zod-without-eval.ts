import { z } from 'zod';

/** The page's content security policy forbids compiling code from text; this runs before any schema is made. */
z.config({ jitless: true });
