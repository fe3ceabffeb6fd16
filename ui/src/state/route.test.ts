import { expect, it } from 'vitest';
import { placeOf, to } from './route.svelte';

it('goes back and forth', () => {
  const address = to('sharing', 'offer', 'https://shop.example', 'a/b c');
  expect(placeOf(address)).toEqual({ view: 'sharing', rest: ['offer', 'https://shop.example', 'a/b c'] });
});
it.each(['', '#', '#/'])('%j is home', (hash) => expect(placeOf(hash)).toEqual({ view: 'home', rest: [] }));
it('survives an address that is broken', () => expect(placeOf('#/vendor/%E0%A4%A').view).toBe('vendor'));
