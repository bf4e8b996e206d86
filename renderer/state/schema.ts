import * as z from 'zod/mini';

// The page's policy forbids code made of text, and even the attempt would be reported.
z.config({ jitless: true });

/** Schemas for what a workspace kept: it may be of another version, or damaged. */
export { z };
