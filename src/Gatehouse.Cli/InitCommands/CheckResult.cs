namespace Gatehouse.Cli.InitCommands;

/// <summary>What one step of the check of protection saw.</summary>
/// <param name="Step">What was tried.</param>
/// <param name="IsGood">Whether it went as it must.</param>
/// <param name="Seen">What was seen; not escaped yet.</param>
internal sealed record CheckResult(string Step, bool IsGood, string Seen);
