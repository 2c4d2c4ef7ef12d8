import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const engineTests = ['test/scenario/**/*.test.ts', 'test/contract/**/*.engine.test.ts'];

const globalSetup = fileURLToPath(new URL('support/generated.ts', import.meta.url));

/** Two projects: `unit` needs no engine; `engine` needs the engines that test/support/engines.ts describes. */
export default defineConfig({
  test: {
    projects: [
      {
        root: fileURLToPath(new URL('..', import.meta.url)),
        test: {
          name: 'unit',
          globalSetup,
          include: ['test/**/*.test.ts'],
          exclude: engineTests,
          testTimeout: 20_000,
        },
      },
      {
        root: fileURLToPath(new URL('..', import.meta.url)),
        test: {
          name: 'engine',
          globalSetup,
          include: engineTests,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
