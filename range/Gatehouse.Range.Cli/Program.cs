using Gatehouse.Cli.Output;
using Gatehouse.Range.Cli;

return await CommandRun.RunAsync(RangeCommand.Root(), ["range", .. args], static _ => RangeCommand.Root()).ConfigureAwait(false);
