namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>One target that represents its class. Its server is not chosen yet.</summary>
/// <param name="Request">The request.</param>
/// <param name="Bits">The rules that are about it.</param>
internal sealed record UniverseResource(PolicyRequest Request, ulong[] Bits)
{
    public bool Has(int rule) => (Bits[rule >> 6] & 1UL << (rule & 63)) != 0;
}

/// <summary>One name that represents its class.</summary>
/// <param name="Value">The name, or null where the caller has none.</param>
/// <param name="Bits">The rules that it satisfies: permits for certain, forbids also where it cannot be decided.</param>
/// <param name="IsLiteral">True when a condition compares with this very name, so that no other of its class represents it.</param>
internal sealed record UniverseAtom(string? Value, ulong[] Bits, bool IsLiteral = false)
{
    public bool Has(int rule) => (Bits[rule >> 6] & 1UL << (rule & 63)) != 0;
}
