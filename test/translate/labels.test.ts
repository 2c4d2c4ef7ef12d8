import { expect, test } from 'vitest';
import { containerBody } from '../../src/translate/container.ts';
import { inputOf, project } from './bodies.ts';

test('labels of a container: the user’s, and the contract that other tools read', () => {
  const service = {
    labels: { own: '1' },
    depends_on: {
      db: { condition: 'service_healthy', restart: true, required: true },
      gone: { condition: 'service_started', required: false },
    },
  } as const;
  const input = inputOf(service, {
    project: { ...project, environmentFiles: ['/p/.env.a', '/p/.env.b'] },
    labels: { 'com.docker.compose.config-hash': 'h' },
    toolVersion: '1.2.3',
    number: 3,
  });
  expect(containerBody(input).body.Labels).toEqual({
    own: '1',
    'com.docker.compose.project': 'p',
    'com.docker.compose.service': 'app',
    'com.docker.compose.container-number': '3',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.depends_on': 'db:service_healthy:true',
    'com.docker.compose.image': 'sha256:1',
    'com.docker.compose.project.working_dir': '/p',
    'com.docker.compose.project.config_files': '/p/compose.yaml,/p/more.yaml',
    'com.docker.compose.project.environment_file': '/p/.env.a,/p/.env.b',
    'com.docker.compose.version': '1.2.3',
    'com.docker.compose.config-hash': 'h',
  });
});

test('names with --compatibility', () => {
  const service = { links: ['db'] };
  const { build: _, ...rest } = inputOf(service).service;
  const { image: __, ...built } = rest;
  const { body } = containerBody(inputOf(service, { service: built, compatibility: true, name: 'p_app_1' }));
  expect(body.Image).toBe('p_app');
  expect(body.HostConfig.Links).toEqual(['p_db_1:db', 'p_db_1:db_1', 'p_db_1:p_db_1']);
});
