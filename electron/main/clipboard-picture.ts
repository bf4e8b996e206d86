import { ClipboardItem, clipboard, type NativeImage, nativeImage } from 'electron';

/** The clipboard of Electrons that have no items yet. */
type OldClipboard = { writeImage?: (image: NativeImage) => void };

/** Puts a PNG on the clipboard. */
export async function copyPicture(png: Uint8Array): Promise<void> {
  const old = clipboard as OldClipboard;
  const bytes = Buffer.from(png);
  if (old.writeImage !== undefined) old.writeImage(nativeImage.createFromBuffer(bytes));
  else await clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
}
