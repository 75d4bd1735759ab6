namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>One check of the suite.</summary>
public sealed record ConformanceCheck(string Scenario, string Id, string Name, string Status, string? Error)
{
    public bool Passed => Status == "SUCCESS";

    public bool Failed => Status == "FAILURE";

    public override string ToString() => $"{Scenario}/{Id} {Status} {Error}";
}
