/** The watched folder: chosen in the address by `&watch`, and by the person. */
import type { Answers, Scene } from '../scene';

const FOLDER = '/home/nora/Downloads';

export const watchAnswers = (scene: Scene): Pick<Answers, 'watch.get' | 'watch.set' | 'watch.look' | 'watch.decline'> => ({
  'watch.get': () => ({ folder: scene.watched, folder_missing: scene.watched?.includes('unplugged') ?? false }),
  'watch.set': ({ folder }) => ({ folder: (scene.watched = folder), folder_missing: false }),
  'watch.look': () => ({
    offers:
      scene.watched === FOLDER && !scene.declined
        ? [{ path: `${FOLDER}/Your Orders.zip`, file_name: 'Your Orders.zip', folder: 'Downloads', vendor: { slug: 'amazon', name: 'Amazon' }, at: '2026-11-21T17:58:00Z' }]
        : [],
    waiting: 0,
  }),
  'watch.decline': () => {
    scene.declined = true;
    return {};
  },
});
