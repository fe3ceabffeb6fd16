/**
 * Where the person is. The address holds names of views and ids and never what was searched for: it may end up in a history.
 */
export interface Place {
  view: string;
  /** The parts after the view's name. */
  rest: string[];
}

export function placeOf(hash: string): Place {
  const parts = hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart);
  return { view: parts[0] ?? 'home', rest: parts.slice(1) };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place, for `href`. */
export function to(view: string, ...rest: string[]): string {
  return '#/' + [view, ...rest].map(encodeURIComponent).join('/');
}

class Route {
  place = $state.raw(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.place = placeOf(location.hash);
    });
  }

  go(view: string, ...rest: string[]): void {
    location.hash = to(view, ...rest);
  }
}

export const route = new Route();
