/** The files that a page of a simple package index names: file name → address. */
export type IndexPage = ReadonlyMap<string, string>;

/** Other links of a page (a log-in, a way back) are no files of the project. */
const PACKAGE_FILE = /\.(whl|zip|tar\.gz|tar\.bz2|egg)$/;

/**
 * Reads a project's page of a simple index, either as JSON (PEP 691) or as HTML (PEP 503). `address` is where the page
 * came from: its links may be relative. A page of another kind gives an empty map.
 */
export function parseIndexPage(text: string, address: string): IndexPage {
  const links = text.trimStart().startsWith('{') ? jsonLinks(text) : htmlLinks(text);
  const page = new Map<string, string>();
  for (const link of links) {
    if (!URL.canParse(link, address)) continue;
    const url = new URL(link, address);
    url.hash = '';
    const file = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    if (PACKAGE_FILE.test(file)) page.set(file, url.href);
  }
  return page;
}

function jsonLinks(text: string): readonly string[] {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch {
    return [];
  }
  const files = (page as { files?: unknown }).files;
  if (!Array.isArray(files)) return [];
  return files.map((file: { url?: unknown }) => file.url).filter((url) => typeof url === 'string');
}

function htmlLinks(text: string): readonly string[] {
  return [...text.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll('&amp;', '&'),
  );
}
