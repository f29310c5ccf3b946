/** The text of a file of `test/data`, in Node and in a browser that tests run in. */
export async function data(path: string): Promise<string> {
  const here = import.meta.url;
  const url = new URL(`data/${path}`, here);
  if (url.protocol !== 'file:') return (await fetch(url)).text();
  const { readFile } = await import('node:fs/promises');
  return readFile(url, 'utf8');
}

// biome-ignore lint/suspicious/noExplicitAny: each test says what it reads.
export const jsonData = async (path: string): Promise<any> => JSON.parse(await data(path));
