namespace Gatehouse.Gateway.Registrations;

/// <summary>A rule about registrations. The page of findings is made of its texts.</summary>
/// <param name="Id">Its id, which never changes its meaning.</param>
/// <param name="Verdict">The result of its findings.</param>
/// <param name="When">The condition, for the page.</param>
/// <param name="Reason">The reason: what an attacker gains, or what does not work, for the page.</param>
/// <param name="Remedy">The remedy, for the page.</param>
internal sealed record RegistrationRule(string Id, RegistrationVerdict Verdict, string When, string Reason, string Remedy)
{
    /// <summary>Returns the faults of a registration; not their rule, which is this one.</summary>
    public required Func<Examination, IEnumerable<(string Path, string Words, string Command)>> Find { get; init; }

    /// <summary>The heading of the rule on the page of findings.</summary>
    public string HelpPage => $"docs/guides/entra/findings.md#{Id}";
}
