namespace Gatehouse.Cli.InitCommands;

/// <summary>What came of the steps behind the edit.</summary>
/// <param name="Code">Exit code.</param>
internal sealed record EditFinish(int Code)
{
    /// <summary>Commands that were approved; null for a verb that approves none.</summary>
    public int? Approved { get; init; }

    /// <summary>Commands that ask at their first start.</summary>
    public IReadOnlyList<string>? Open { get; init; }

    /// <summary>The check of protection; empty where it was not made.</summary>
    public IReadOnlyList<CheckResult>? Verified { get; init; }
}
