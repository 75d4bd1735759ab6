using Gatehouse.Cli;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;

// A client waits for each start of a server, so nothing is built for it that it does not need. Commands that were approved for wrapped servers are a
// part of this program.
if (args is ["wrap", .. var rest] && rest is not ["command", ..]) return await WrapProgram.RunAsync(args).ConfigureAwait(false);

// Another program: everything behind the word is for it, also a request for help.
if (args is ["range", .. var exercise]) return await RangeCommand.RunAsync(exercise).ConfigureAwait(false);

if (OpenSslNeed.IsUnmet(args)) return ExitCodes.Unavailable;

return await CommandRun.RunAsync(CommandTree.For(args), args, static word => CommandTree.For([word])).ConfigureAwait(false);
