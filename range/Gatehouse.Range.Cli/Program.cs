using Gatehouse.Cli.Output;
using Gatehouse.Range.Cli;

return await CommandRun.RunAsync(RangeCommand.Root(), ["range", .. args], RangeCommand.Root).ConfigureAwait(false);
