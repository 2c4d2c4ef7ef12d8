/** What a reference to files elsewhere stands for exactly: a commit of git, or a digest in a registry. */
export type RemoteVersion = { readonly commit: string } | { readonly digest: string };
