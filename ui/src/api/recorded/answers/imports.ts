/** Imports: what a file holds, storing it, taking it back. */
import { written } from '../definitions';
import { BETTER, failed, IMPORTS, LAYOUT, preview, QUARANTINE } from '../imports';
import { NOW, refuse, type Answers, type Scene } from '../scene';

export const importsAnswers = (scene: Scene): Pick<Answers, 'import.preview' | 'import.commit' | 'import.at_once' | 'import.discard' | 'import.list' | 'import.undo' | 'import.quarantine' | 'import.similar' | 'import.decide' | 'import.layout' | 'definition.list' | 'definition.forget' | 'definition.preview' | 'definition.save' | 'import.outdated' | 'import.look_again' | 'import.reread'> => ({
  'import.preview': async (request, tell, signal) => {
    await scene.steps('reading', 1_204_332, tell, signal);
    if (request.paths.some((p) => p.includes('missing'))) refuse('file-not-found', 'There is no file at this place.', 'Check the path, or choose the file with “Choose files”.');
    const shown = preview(request);
    scene.drift = shown.drift;
    return shown;
  },
  'import.commit': async (_, tell, signal) => {
    await scene.steps('storing', 781, tell, signal);
    const done = { ...IMPORTS[1]!, import_id: 10, at: NOW, records: 10, verdicts: { new: 10, already_here: 776, changed: 1, similar: 1, not_understood: 2 } };
    scene.imports = [done, ...scene.imports];
    return { imports: [done], files: scene.full ? [failed('/home/nora/Downloads/MonzoDataExport.csv', 'failed', 'disk-full', 'It was not stored: There is not enough space on the disk. Import it again.')] : [], drift: scene.drift };
  },
  // The window always shows first.
  'import.at_once': () => refuse('recorded', 'Nothing is stored here unseen.', 'Look at the files first.'),
  'import.layout': () => ({ text: LAYOUT }),
  'import.discard': () => ({}),
  'import.list': () => scene.imports,
  'import.undo': ({ import_id }) => {
    const gone = scene.imports.find((i) => i.import_id === import_id);
    scene.imports = scene.imports.filter((i) => i.import_id !== import_id);
    return { removed: gone?.records ?? 0, handed_over: 0, restored: gone?.verdicts.changed ?? 0, shares: 0 };
  },
  'import.outdated': () => (scene.better ? [scene.better] : []),
  'import.look_again': () => scene.better ?? BETTER,
  'import.reread': () => {
    const done = scene.better ?? BETTER;
    scene.better = null;
    return done;
  },
  'import.quarantine': ({ import_id }) => (scene.empty ? [] : QUARANTINE.filter((q) => import_id === null || q.import_id === import_id)),
  'import.similar': () => ({ pairs: scene.similar, total: scene.similar.length }),
  'import.decide': ({ other_ids }) => {
    scene.similar = scene.similar.filter((p) => !other_ids.includes(p.other.id));
    return {};
  },
  'definition.list': () => scene.definitions,
  'definition.forget': ({ definition_id }) => (scene.definitions = scene.definitions.filter((d) => d.definition_id !== definition_id)),
  'definition.preview': ({ vendor_name, file_name }) => {
    if (vendor_name.includes('bank') && !file_name) refuse('bad-request', 'These headings could be anybody’s. Only the name of the file tells where it comes from.', 'Say how the vendor calls the file, with * for what changes: Umsatz_*.csv.');
    return written(vendor_name);
  },
  'definition.save': ({ dir, definition }) => ({ dir: `${dir}/my-bank`, files: written(definition.vendor_name).files.map((f) => `${dir}/${f.path}`) }),
});
