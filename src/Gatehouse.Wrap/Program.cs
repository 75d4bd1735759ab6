using Gatehouse.Wrap;

return await WrapCommand.RunAsync(args).ConfigureAwait(false);
