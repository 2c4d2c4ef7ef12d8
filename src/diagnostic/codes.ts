/** What each code stands for, in a few words. A code keeps its meaning for ever; a new meaning gets a new code. */
export const codes = {
  // Reading the text of a file.
  TSC101: 'the file is not valid YAML',
  TSC102: 'a key is written twice in one mapping',
  TSC103: 'an anchor, alias or merge key can not be followed',
  TSC104: 'a key is not a string',
  TSC105: 'a file can not be read',
  // Variables.
  TSC106: 'a variable is not written correctly',
  TSC107: 'a variable that must be set is not',
  TSC108: 'a value does not have the type it needs after variables were filled in',
  // Putting files together.
  TSC110: 'the file is empty or not a mapping',
  TSC111: 'an item of a list can not be told from others',
  TSC112: 'an env file is not valid',
  TSC113: 'a short form can not be understood',
  // The shape of the file: found by the schema.
  TSC120: 'an attribute is unknown at this place',
  TSC121: 'a value has the wrong type',
  TSC122: 'a value is not allowed here',
  TSC123: 'an attribute that is needed is missing',
  TSC124: 'a list has the same item twice',
  // Files and services that build on others.
  TSC130: 'the base of a service is not found',
  TSC131: 'files or services build on one another in a circle',
  TSC133: 'a later file writes a value in a form that can not be merged',
  // What the attributes mean together.
  TSC140: 'something is used that is not defined',
  TSC141: 'services depend on one another in a circle',
  TSC142: 'attributes exclude one another',
  TSC143: 'a service has neither image nor build',
  TSC144: 'a value can not be understood',
  TSC145: 'the project name is not valid',
  TSC146: 'a profile or service asked for does not exist',
  // Warnings: legal, and most likely not what was meant.
  TSC201: 'an attribute is obsolete and ignored',
  TSC202: 'a variable is not set and becomes empty',
  TSC203: 'an attribute has no effect on this engine',
  TSC204: 'a folder holds several compose files, of which one is used',
  TSC205: 'two containers want the same port of the host',
  TSC206: 'the folder or file of a bind mount does not exist',
  TSC207: 'the content of a secret or config can not be read',
  TSC208: 'something is defined and never used',
  TSC209: 'a later file adds a port where it seems to mean another one',
  TSC210: 'a service needs one whose profile may not be active',
  TSC211: 'a container name leaves no room for a second container',
  TSC212: 'the health of a service is waited for that has no healthcheck',
  TSC213: 'a start_interval is never used',
  TSC214: 'a volume with a name of one letter is read as a Windows drive',
  TSC215: 'a command line is cut at a character of the shell',
  TSC216: 'a list has the same entry twice',
  TSC217: 'other YAML readers take a port for a number of base 60',
  TSC218: 'the end of a service is waited for that is restarted when it ends',
  TSC219: 'a silenced code is none that can be silenced',
  TSC220: 'engines refuse the name of a container',
  // Turning a service into a container.
  TSC301: 'an owner is not a number',
  TSC303: 'an external secret or config needs a cluster',
  TSC304: 'a secret or config has no content',
  TSC306: 'a service shares the resources of one that has no container',
  TSC307: 'a security profile can not be read',
  TSC308: 'a security profile is not valid',
  TSC309: 'a file can not be put into a read-only container',
  TSC310: 'an attribute needs a newer engine',
} as const;

export type Code = keyof typeof codes;

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}

/** What a code stands for; undefined if there is no such code. */
export function meaningOf(code: string): string | undefined {
  return isCode(code) ? codes[code] : undefined;
}
