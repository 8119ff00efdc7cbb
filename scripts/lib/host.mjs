// Imported first by every command: says in a sentence what is missing before anything newer is used.
const major = Number(process.versions.node.split('.')[0]);

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.platform !== 'linux') {
  refuse(
    `ShmScope shows the shared memory of Linux; this is ${process.platform}. Run it on a Linux machine, in WSL or in a container.`,
  );
}
if (major < 20) {
  refuse(
    `Node.js ${process.versions.node} is too old: install Node.js 20 or newer from https://nodejs.org or with a version manager.`,
  );
}
if (process.arch !== 'x64' && process.arch !== 'arm64') {
  refuse(`ShmScope is built for x86-64 and arm64; this machine is ${process.arch}.`);
}
