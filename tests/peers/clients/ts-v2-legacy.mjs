// TypeScript SDK v2 as it comes: it opens with the legacy handshake. Options and output: look.mjs.
import { lookV2 } from './ts-v2.mjs';

await lookV2('ts-v2-legacy', {});
