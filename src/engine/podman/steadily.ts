import { EngineError } from '../../diagnostic/errors.ts';

const gone =
  /\b(?:container|image) "?([0-9a-f]{64})\b.*(?:no such container|does not exist|image not known)/s;

/**
 * Podman fails to list, or to add up what is used, if any container or image of whatever project goes while it looks
 * at all of them: then the question is asked again, a few times. Not where the path asks for that very one.
 */
export async function steadily<T>(path: string, ask: () => Promise<T>, times = 4): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const other = error instanceof EngineError ? gone.exec(error.message)?.[1] : undefined;
    if (other === undefined || path.includes(other) || times <= 1) throw error;
    return steadily(path, ask, times - 1);
  }
}
