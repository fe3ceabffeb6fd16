/** Looking: home, records, vendors. */
import { QUARANTINE } from '../imports';
import { RECORDS } from '../records';
import { refuse, type Answers, type Scene } from '../scene';
import { detail, find, kindCounts, vendorDetail, vendorSummaries } from '../store';
import { DIRECTORY } from '../vendors';

export const dataAnswers = (scene: Scene): Pick<Answers, 'home' | 'reminder.put_off' | 'record.find' | 'record.get' | 'vendor.list' | 'vendor.get' | 'vendor.directory'> => ({
  home: () => ({
    records: scene.records,
    kinds: scene.empty ? [] : kindCounts(RECORDS),
    vendors: scene.empty ? [] : vendorSummaries(scene.imports),
    period: scene.empty ? null : { from: RECORDS.at(-1)?.moment ?? '', to: RECORDS[0]?.moment ?? '' },
    imports: scene.imports.slice(0, 5),
    shares_active: scene.summaries().filter((g) => g.state === 'active').length,
    shares_waiting: scene.summaries().filter((g) => ['queued', 'sent', 'revoking', 'stopped', 'overdue', 'partial'].includes(g.state)).length,
    similar: scene.similar.length,
    quarantined: scene.empty ? 0 : QUARANTINE.length,
    reminders: scene.reminders(),
  }),
  'reminder.put_off': ({ kind }) => {
    scene.putOff.add(kind);
    return scene.reminders();
  },
  'record.find': (request) => (scene.empty ? { rows: [], total: 0, total_is_exact: true, next: null } : find(request, scene.records)),
  'record.get': ({ id }) => detail(id, scene.imports) ?? refuse('not-found', 'This record does not exist any more.', 'It may have gone with an import that was undone. Search again.'),
  'vendor.list': () => (scene.empty ? [] : vendorSummaries(scene.imports)),
  'vendor.get': ({ slug }) => {
    const own = scene.grants.filter((g) => g.sources.some((s) => s.slug === slug)).map((g) => g.summary);
    return vendorDetail(slug, scene.imports, own) ?? refuse('not-found', 'You have no data from this vendor.', 'Go back to Home and choose another one.');
  },
  'vendor.directory': () => DIRECTORY,
});
