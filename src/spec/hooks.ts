import { boolean, list, struct, text, words } from './attribute.ts';
import { oneAsList, texts, variables } from './lists.ts';

export const hook = struct({
  command: words({ whenUnset: null, keepEmpty: true }),
  image: text(),
  user: text(),
  privileged: boolean(),
  working_dir: text(),
  environment: variables(),
  per_replica: boolean(),
});

/** `services.*.develop` */
export const develop = struct({
  watch: list(
    struct({
      path: text({ keepEmpty: true, path: 'watched' }),
      action: text({ keepEmpty: true }),
      target: text(),
      exec: { ...hook, keepEmpty: true },
      include: texts({ expand: oneAsList }),
      ignore: texts({ expand: oneAsList }),
      initial_sync: boolean(),
    }),
  ),
});
