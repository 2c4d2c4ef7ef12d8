import { again } from '../again.ts';

/**
 * Repeats a call that fails because two networks have one name: where two commands have made them at one moment,
 * one takes its own back (`createNetwork`).
 */
export function onceUnambiguous<T>(call: () => Promise<T>): Promise<T> {
  return again(call, ({ message }) => message.includes('is ambiguous'), { times: 20, pause: 100 });
}
