import { UserError } from '../../diagnostic/errors.ts';
import { defineCommand } from '../command.ts';
import { publishProject } from '../publish/run.ts';

/** `publish`: brings the compose files of a project to a registry, where `-f oci://…` finds them. */
export const publish = defineCommand({
  name: 'publish',
  usage: '[OPTIONS] REPOSITORY[:TAG]',
  summary: 'Publish the compose files to a registry',
  args: { min: 1, max: 1 },
  options: {
    'allow-secrets': { type: 'boolean', summary: 'Publish secrets that stand in the files; --yes does not' },
    app: {
      type: 'boolean',
      summary: 'Copy the images of services beside the files, too (includes --resolve-image-digests)',
    },
    'insecure-registry': {
      type: 'boolean',
      hidden: true,
      summary: 'Speak to the registry without proof of who it is, or over plain HTTP',
    },
    'oci-version': {
      type: 'string',
      choices: ['1.0', '1.1'],
      summary: 'Form of the artifact: 1.0 or 1.1 (default: 1.1, or 1.0 if the registry refuses that)',
    },
    'resolve-image-digests': {
      type: 'boolean',
      summary: 'Publish images by the digest that they have now',
    },
    'with-env': { type: 'boolean', summary: 'Publish env files and literal values of variables' },
    yes: { short: 'y', type: 'boolean', aliases: ['y'], summary: 'Answer every question with yes' },
  },
  graceful: true,
  examples: [
    ['tscompose publish registry.example/shop:1', 'publishes the files and pushes what is built'],
    ['tscompose -f oci://registry.example/shop:1 up', 'runs them, on any machine'],
  ],
  run: async ({ options, args, ...rest }) => {
    const context = { args, ...rest };
    const version = options['oci-version'] ?? '';
    if (version !== '' && version !== '1.0' && version !== '1.1') {
      throw new UserError('usage', `unsupported OCI version: ${version}`, { hint: '1.0 or 1.1' });
    }
    return await publishProject(context, args[0] ?? '', {
      app: options.app === true,
      digests: options.app === true || options['resolve-image-digests'] === true,
      insecure: options['insecure-registry'] === true,
      allowSecrets: options['allow-secrets'] === true,
      withEnv: options['with-env'] === true,
      yes: options.yes === true,
      ociVersion: version === '' ? undefined : version,
    });
  },
});
