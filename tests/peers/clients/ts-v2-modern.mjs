// TypeScript SDK v2 that tries the modern era first and falls back by itself. Options and output: look.mjs.
import { lookV2 } from './ts-v2.mjs';

await lookV2('ts-v2-modern', { versionNegotiation: { mode: 'auto' } });
