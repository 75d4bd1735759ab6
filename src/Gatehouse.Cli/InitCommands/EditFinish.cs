namespace Gatehouse.Cli.InitCommands;

/// <summary>The result of the steps after the edit.</summary>
/// <param name="Code">Exit code.</param>
internal sealed record EditFinish(int Code)
{
    /// <summary>Commands that were approved, or null for a verb that approves none.</summary>
    public int? Approved { get; init; }

    /// <summary>Commands that need an approval at their first start.</summary>
    public IReadOnlyList<string>? Open { get; init; }

    /// <summary>Commands that cannot be started now, and so were not approved.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>The check of protection. Empty where it was not made.</summary>
    public IReadOnlyList<CheckResult>? Verified { get; init; }
}
