import { app, type Session } from 'electron';
import { developmentUrl, isLoadable, isPage } from './window-page';

/** Chromium's switches for an app that talks to nobody. To be called before the app is ready. */
export function blockNetwork(): void {
  // Names and addresses alike. WebRTC and hints such as rel="dns-prefetch" pass neither the page's policy nor webRequest.
  if (developmentUrl() === null) app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
}

/** Denies whatever a page may ask of the session: permissions, devices, downloads, and requests to anywhere else. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLoadable(details.url) }));
}

/** Keeps every page of the app where it is: no other address, no new window, no embedded browser. */
export function lockContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => {
      // The page may load itself again.
      if (!event.isMainFrame || !isPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}
