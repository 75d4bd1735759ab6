namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>How many checks of a scenario passed and failed; warnings and skipped ones are neither.</summary>
public sealed record ScenarioCount(int Pass, int Fail);
