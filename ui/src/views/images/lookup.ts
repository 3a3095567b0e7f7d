/** Where documents of an image are read from. */
export interface Lookup {
  readonly reference: string;
  readonly from: 'auto' | 'docker' | 'registry';
}
