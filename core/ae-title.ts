import { z } from 'zod';

/** PS3.5 6.2, AE: at most 16 characters of the default repertoire, no backslash, no control characters. */
export const aeTitleSchema = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'an AE title has 1 to 16 printable characters and no backslash');
