import { anything, map, struct, text } from './attribute.ts';
import { resources } from './resources.ts';
import { service } from './service.ts';

/** The whole compose file, in the order of the canonical form. */
export const document = struct({
  version: anything,
  name: text(),
  services: map(service),
  ...resources,
  include: anything,
});
