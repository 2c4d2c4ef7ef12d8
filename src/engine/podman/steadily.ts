import { again } from '../again.ts';

const gone =
  /\b(?:container|image) "?([0-9a-f]{64})\b.*(?:no such container|does not exist|image not known)/s;

/**
 * Podman fails to list, or to add up what is used, if any container or image of whatever project goes while it looks
 * at all of them: then the question is asked again, a few times. Not where the path asks for that very one.
 */
export function steadily<T>(path: string, ask: () => Promise<T>): Promise<T> {
  const passes = ({ message }: Error): boolean => {
    const other = gone.exec(message)?.[1];
    return other !== undefined && !path.includes(other);
  };
  return again(ask, passes, { times: 4 });
}
