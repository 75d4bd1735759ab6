namespace Gatehouse.Cli.InitCommands;

/// <summary>The observation of one step of the check of protection.</summary>
/// <param name="Step">The step.</param>
/// <param name="IsGood">True when it went as it must.</param>
/// <param name="Seen">The observation; not escaped yet.</param>
internal sealed record CheckResult(string Step, bool IsGood, string Seen);
