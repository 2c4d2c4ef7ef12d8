import { manFile, manPage } from './man.ts';
import { markdownFile, markdownPage } from './markdown.ts';
import { referencePages } from './page.ts';

/** All files of the reference by path: docs/cli and man. */
export async function referenceFiles(): Promise<ReadonlyMap<string, string>> {
  const pages = await referencePages();
  return new Map(
    pages.flatMap((page) => [
      [`docs/cli/${markdownFile(page)}`, markdownPage(page)] as const,
      [`man/${manFile(page)}`, manPage(page)] as const,
    ]),
  );
}
