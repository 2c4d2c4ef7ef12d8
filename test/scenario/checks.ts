import { expect } from 'vitest';
import { projectState } from '../support/engines.ts';
import type { Check } from './scenario.ts';

/** The step ended with this exit code. */
export const exits =
  (code: number): Check =>
  ({ ended }) =>
    expect(ended.code, ended.stderr).toBe(code);

/** Printed on stdout or stderr. */
export const prints =
  (text: string | RegExp): Check =>
  ({ ended }) => {
    const all = ended.stdout + ended.stderr;
    if (typeof text === 'string') expect(all).toContain(text);
    else expect(all).toMatch(text);
  };

export const printsNot =
  (text: string | RegExp): Check =>
  ({ ended }) => {
    const all = ended.stdout + ended.stderr;
    if (typeof text === 'string') expect(all).not.toContain(text);
    else expect(all).not.toMatch(text);
  };

/** The states of a service's containers on the engine, in the order of their numbers. */
export const service =
  (name: string, ...states: readonly string[]): Check =>
  async ({ scenario }) => {
    const { containers } = await projectState(scenario.host, scenario.project);
    const own = containers
      .filter((one) => one.labels['com.docker.compose.service'] === name)
      .sort(
        (a, b) =>
          Number(a.labels['com.docker.compose.container-number']) -
          Number(b.labels['com.docker.compose.container-number']),
      );
    // Podman calls an ended container `stopped` between two looks.
    expect(
      own.map((one) => one.state.replace('stopped', 'exited')),
      `containers of ${name}`,
    ).toEqual(states);
  };

/** Names without the project's prefix. */
export const networks =
  (...names: readonly string[]): Check =>
  async ({ scenario }) => {
    const state = await projectState(scenario.host, scenario.project);
    expect(state.networks).toEqual(names.map((name) => `${scenario.project}_${name}`).sort());
  };

export const volumes =
  (...names: readonly string[]): Check =>
  async ({ scenario }) => {
    const state = await projectState(scenario.host, scenario.project);
    expect(state.volumes).toEqual(names.map((name) => `${scenario.project}_${name}`).sort());
  };

/** Nothing with the project's label is left, volumes aside unless asked. */
export const nothingLeft =
  (...kept: readonly string[]): Check =>
  async ({ scenario, ended }) => {
    const state = await projectState(scenario.host, scenario.project);
    expect(state.containers.map((one) => one.name)).toEqual([]);
    expect(state.networks).toEqual([]);
    await volumes(...kept)({ scenario, ended });
  };
