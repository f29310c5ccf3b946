import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, type DeclarationReflection, ReflectionKind, type SignatureReflection } from 'typedoc';
import { renderFormulas } from './render-formulas.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Which packages are documented. */
export const PACKAGES = ['advantages', 'rewards', 'gtpo'] as const;

/** What has to have a docstring: everything that a package exports. */
const DOCUMENTED = ['Function', 'Interface', 'TypeAlias', 'Variable', 'Class', 'Enum'] as const;

/**
 * Makes the API documentation of the packages in a folder. Broken links, and exports without a docstring, are errors.
 *
 * @returns whether all went well; what did not was said on the console.
 */
export async function generate(out: string): Promise<boolean> {
  const app = await Application.bootstrap({
    name: 'Turnwise',
    entryPoints: PACKAGES.map((name) => join(ROOT, 'packages', name, 'src', 'index.ts')),
    tsconfig: join(ROOT, 'apps', 'api-docs', 'tsconfig.docs.json'),
    readme: 'none',
    out,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    disableSources: true,
    excludeInternal: true,
    validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
    requiredToBeDocumented: [...DOCUMENTED],
    packagesRequiringDocumentation: PACKAGES.map((name) => `@turnwise/${name}`),
    treatWarningsAsErrors: true,
    githubPages: false,
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const reflection of Object.values(context.project.reflections)) {
      const own = reflection as DeclarationReflection | SignatureReflection;
      for (const part of own.comment?.summary ?? []) if (part.kind === 'text') part.text = renderFormulas(part.text);
    }
  });
  const project = await app.convert();
  if (project === undefined) return false;
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return false;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await app.generateOutputs(project);
  const exports = project.getReflectionsByKind(ReflectionKind.SomeExport).length;
  process.stdout.write(`${exports} exports of ${PACKAGES.join(', ')} documented in ${out}\n`);
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}
