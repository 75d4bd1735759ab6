namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>What the oracle says of one condition: true, false, undecidable, or not known because arguments are open.</summary>
internal enum Verdict
{
    True,
    False,
    Undecidable,
}
