using Gatehouse.Audit.Verifier;

return await VerifierRun.RunAsync(args, new ConsoleShown()).ConfigureAwait(false);
