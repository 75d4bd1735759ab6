namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>One thing to ask for that stands for its class; its server is not chosen yet.</summary>
/// <param name="Request">The request.</param>
/// <param name="Bits">The rules that are about it.</param>
internal sealed record UniverseResource(PolicyRequest Request, ulong[] Bits)
{
    public bool Has(int rule) => (Bits[rule >> 6] & 1UL << (rule & 63)) != 0;
}
