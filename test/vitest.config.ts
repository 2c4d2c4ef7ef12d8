import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const engineTests = ['test/scenario/**/*.test.ts', 'test/contract/**/*.engine.test.ts'];

const labTests = ['test/lab/**/*.test.ts'];

const globalSetup = fileURLToPath(new URL('support/generated.ts', import.meta.url));

/** `lab` needs the hosts of scripts/lab.mjs, `unit` needs no engine; `engine` needs the engines that test/support/engines.ts describes. */
export default defineConfig({
  test: {
    projects: [
      {
        root: fileURLToPath(new URL('..', import.meta.url)),
        test: {
          name: 'unit',
          globalSetup,
          include: ['test/**/*.test.ts'],
          exclude: [...engineTests, ...labTests],
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
      {
        root: fileURLToPath(new URL('..', import.meta.url)),
        test: {
          name: 'lab',
          globalSetup,
          include: labTests,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
