using Gatehouse.Wrap;

// The command gives its own command line to this program, with the word.
return await WrapCommand.RunAsync(args is ["wrap", .. var rest] ? rest : args).ConfigureAwait(false);
