import type { Command } from '../../command.ts';
import { publish as published } from '../publish.ts';

/** `alpha publish`: the name that `publish` had. */
export const publish: Command = { ...published, name: 'alpha publish' };
