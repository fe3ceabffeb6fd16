/** The views of an open vault. To add one: a folder below views/, and a line here. */
import BookOpenCheck from '@lucide/svelte/icons/book-open-check';
import FolderDown from '@lucide/svelte/icons/folder-down';
import Handshake from '@lucide/svelte/icons/handshake';
import House from '@lucide/svelte/icons/house';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import SquarePlus from '@lucide/svelte/icons/square-plus';
import type { Component } from 'svelte';

/** Each view is given the parts of the address after its name, whether it takes them or not. */
type View = Component<{ rest: string[] }>;
type Load = () => Promise<{ default: View }>;

const plain = (load: () => Promise<{ default: Component<Record<string, never>> }>): Load => load as unknown as Load;

export const VIEWS: Record<string, Load> = {
  home: plain(() => import('../views/home/Home.svelte')),
  everything: plain(() => import('../views/everything/Everything.svelte')),
  import: () => import('../views/import/Import.svelte'),
  vendor: () => import('../views/vendor/Vendor.svelte'),
  'get-my-data': plain(() => import('../views/get-my-data/GetMyData.svelte')),
  sharing: () => import('../views/sharing/Sharing.svelte'),
  'proof-check': plain(() => import('../views/proof-check/ProofCheck.svelte')),
  settings: () => import('../views/settings/Settings.svelte'),
};

export const NAVIGATION = [
  { view: 'home', label: 'Home', icon: House },
  { view: 'everything', label: 'Everything', icon: Search },
  { view: 'import', label: 'Import', icon: SquarePlus },
  { view: 'get-my-data', label: 'Get my data', icon: FolderDown },
  { view: 'sharing', label: 'Sharing', icon: Handshake },
  { view: 'proof-check', label: 'Proof check', icon: BookOpenCheck },
  { view: 'settings', label: 'Settings', icon: Settings },
] as const;
