/** By a selection where the page may not write to the clipboard. Tells whether it was copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without the permission
    const isDone = document.execCommand('copy');
    area.remove();
    return isDone;
  }
}
